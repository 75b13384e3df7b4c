with generations as (
    select * from {{ source('openrouter', 'generations') }}
),

final as (
    select
        -- ids
        id as request_id,
        coalesce({{ batch_tag('source_system') }}, 'openrouter') as source_system,
        'latest' as merge_rule,
        id as provider_request_id,
        nullif(session_id, '') as session_id,
        -- when
        created_at as started_at,
        -- who and what: OpenRouter sends the bill, whoever serves the model
        'openrouter' as provider,
        {{ batch_tag('account') }} as billing_account_id,
        coalesce(workspace_id, {{ batch_tag('sub_account') }}) as sub_account_id,
        {{ batch_tag('api_key_id') }} as api_key_id,
        generations.model as model,
        generations.model as requested_model,
        {{ canonical_service_tier('service_tier') }} as service_tier,
        'inference' as activity,
        case
            when cancelled then 'cancelled'
            when lower(finish_reason) = 'error' then 'failure'
            else 'success'
        end as status,
        false as is_gateway_cache_hit,
        external_user as user_id,
        -- tokens: the native ones are billed; the prompt includes cached tokens
        coalesce(native_tokens_prompt, tokens_prompt, 0) - coalesce(native_tokens_cached, 0) as input_uncached_tokens,
        coalesce(native_tokens_cached, 0) as input_cache_read_tokens,
        coalesce(native_tokens_completion, tokens_completion, 0) as output_tokens,
        native_tokens_reasoning as output_reasoning_tokens,
        -- quality and cost
        cast(coalesce(generation_time, latency) as bigint) as latency_ms,
        coalesce(total_cost, generations.usage) as cost_usd,
        -- stated owner
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        {{ batch_tag('feature') }} as feature,
        -- audit
        {{ audit_columns() }}
    from generations
)

select * from final
