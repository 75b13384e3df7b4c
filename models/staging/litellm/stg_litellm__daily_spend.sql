with daily_spend as (
    select * from {{ source('litellm', 'daily_spend') }}
),

counters as (
    select
        *,
        cast(daily_spend.date as timestamp) as starts_at,
        coalesce(cache_read_input_tokens, 0) as cache_read,
        coalesce(cache_creation_input_tokens, 0) as cache_write
    from daily_spend
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        starts_at as bucket_start_at,
        cast({{ dbt.dateadd('day', 1, 'starts_at') }} as timestamp) as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        -- who and what
        coalesce(lower(nullif(custom_llm_provider, '')), '__unknown__') as provider,
        coalesce({{ batch_tag('account') }}, 'litellm') as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        nullif(api_key, '') as api_key_id,
        user_id,
        coalesce(nullif(model, ''), nullif(model_group, '')) as model,
        -- quantities: the prompt includes cache reads and writes
        api_requests as request_count,
        prompt_tokens - cache_read - cache_write as input_uncached_tokens,
        cache_read as input_cache_read_tokens,
        cache_write as input_cache_write_short_tokens,
        completion_tokens as output_tokens,
        -- money
        spend as reported_cost_usd,
        -- audit
        {{ audit_columns() }}
    from counters
)

select * from final
