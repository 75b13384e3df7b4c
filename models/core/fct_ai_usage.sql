{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with buckets as (
    select * from {{ ref('int_usage__buckets') }}
),

numbered as (
    select
        *,
        row_number() over (partition by row_key order by _source_line) as row_number_in_bucket
    from buckets
),

final as (
    select
        -- keys
        {{ surrogate_key(['row_key', 'row_number_in_bucket']) }} as usage_key,
        source,
        stream,
        -- when
        usage_date,
        bucket_start_at,
        bucket_end_at,
        -- who and what
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        user_id,
        model,
        source_model,
        region,
        service_tier,
        context_tier,
        -- quantities
        request_count,
        {% for meter in token_meters() %}
        {{ meter }},
        {% endfor %}
        total_tokens,
        other_units,
        -- money
        list_cost_usd,
        contracted_cost_usd,
        reported_cost_usd,
        -- standing
        is_open,
        -- audit
        loaded_at
    from numbered
)

select * from final
