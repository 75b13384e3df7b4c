with usage_events as (
    select * from {{ source('cursor', 'usage_events') }}
),

final as (
    select
        -- ids: an event has none, so all that it says identifies it
        {{ surrogate_key(['usage_events.timestamp', 'user_email', 'model', 'kind', 'max_mode', 'requests_costs',
            'token_usage.inputtokens', 'token_usage.outputtokens', 'token_usage.cachereadtokens',
            'token_usage.cachewritetokens']) }} as request_id,
        coalesce({{ batch_tag('source_system') }}, 'cursor') as source_system,
        'latest' as merge_rule,
        -- when
        {{ nanos_to_timestamp('usage_events.timestamp * 1000000') }} as started_at,
        -- who and what
        'cursor' as provider,
        coalesce({{ batch_tag('account') }}, 'cursor') as billing_account_id,
        model,
        model as requested_model,
        'standard' as service_tier,
        'inference' as activity,
        'success' as status,
        false as is_gateway_cache_hit,
        user_email as user_id,
        -- tokens
        coalesce(token_usage.inputtokens, 0) as input_uncached_tokens,
        coalesce(token_usage.cachereadtokens, 0) as input_cache_read_tokens,
        coalesce(token_usage.cachewritetokens, 0) as input_cache_write_short_tokens,
        coalesce(token_usage.outputtokens, 0) as output_tokens,
        {{ units_object({'plan_requests': 'requests_costs'}) }} as other_units,
        -- money: cents; what the plan includes is no cost of the request
        case
            when coalesce(is_chargeable, true)
                then cast(
                    coalesce(charged_cents, token_usage.totalcents) * cast(0.01 as decimal(3,2)) as decimal(28,12)
                )
            else 0
        end as cost_usd,
        -- stated owner
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        {{ flat_object({'kind': 'kind'}) }} as tags,
        -- audit
        {{ audit_columns() }}
    from usage_events
)

select * from final
