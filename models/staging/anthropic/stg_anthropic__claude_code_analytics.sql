with claude_code_analytics as (
    select * from {{ source('anthropic', 'claude_code_analytics') }}
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        claude_code_analytics.date as bucket_start_at,
        cast({{ dbt.dateadd('day', 1, 'claude_code_analytics.date') }} as timestamp) as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        -- who and what: the report names keys, but gives no ids
        'anthropic' as provider,
        coalesce({{ batch_tag('account') }}, 'anthropic') as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        actor.api_key_name as api_key_id,
        actor.email_address as user_id,
        model,
        -- quantities: input excludes cache, and writes are not split by life
        coalesce(tokens.input, 0) as input_uncached_tokens,
        coalesce(tokens.cache_read, 0) as input_cache_read_tokens,
        coalesce(tokens.cache_creation, 0) as input_cache_write_short_tokens,
        coalesce(tokens.output, 0) as output_tokens,
        -- money: cents; a division would give a double
        cast(estimated_cost.amount * cast(0.01 as decimal(3,2)) as decimal(28,12)) as reported_cost_usd,
        -- audit
        {{ audit_columns() }}
    from claude_code_analytics
)

select * from final
