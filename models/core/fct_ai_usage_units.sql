{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with usage_rows as (
    select * from {{ ref('fct_ai_usage') }}
    where other_units is not null and {{ touched_days_filter('usage_date') }}
),

units as (
    select
        *,
        {{ unnest_keys('other_units') }} as unit
    from usage_rows
),

final as (
    select
        -- keys
        {{ surrogate_key(['usage_key', 'unit']) }} as usage_unit_key,
        usage_key,
        source,
        stream,
        -- when, who and what
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        user_id,
        model,
        service_tier,
        -- quantities
        unit,
        cast({{ json_value('other_units', 'unit') }} as decimal(28,12)) as quantity
    from units
)

select * from final
