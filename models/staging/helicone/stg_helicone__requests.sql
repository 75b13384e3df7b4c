with requests as (
    select * from {{ source('helicone', 'requests') }}
),

counters as (
    select
        *,
        coalesce(prompt_tokens, 0) as prompt,
        coalesce(completion_tokens, 0) as completion,
        coalesce(prompt_cache_read_tokens, 0) as cache_read,
        coalesce(prompt_cache_write_tokens, 0) as cache_write,
        lower(provider) as provider_name
    from requests
),

parts as (
    select
        *,
        case
            when cache_read + cache_write > prompt then true
            when total_tokens = prompt + completion then false
            when total_tokens = prompt + completion + cache_read + cache_write then true
            else coalesce(provider_name in ('anthropic', 'aws', 'bedrock'), false)
        end as is_cache_beside
    from counters
),

final as (
    select
        -- ids
        request_id,
        coalesce({{ batch_tag('source_system') }}, 'helicone') as source_system,
        'latest' as merge_rule,
        request_id as gateway_call_id,
        {{ json_value('request_properties', "'Helicone-Session-Id'") }} as session_id,
        -- when
        request_created_at as started_at,
        -- who and what
        coalesce(provider_name, {{ provider_of_model('coalesce(response_model, request_model)') }}, '__unknown__')
            as provider,
        {{ batch_tag('account') }} as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        {{ batch_tag('api_key_id') }} as api_key_id,
        coalesce(nullif(response_model, ''), nullif(model_override, ''), request_model) as model,
        coalesce(nullif(request_model, ''), response_model) as requested_model,
        'standard' as service_tier,
        case when request_path like '%/embeddings%' then 'embedding' else 'inference' end as activity,
        case
            when response_status is null or response_status between 200 and 299 then 'success'
            when response_status = -3 then 'cancelled'
            else 'failure'
        end as status,
        coalesce(replace(replace(cache_reference_id, '0', ''), '-', '') <> '', false) as is_gateway_cache_hit,
        request_user_id as user_id,
        -- tokens: whether the prompt includes cache is told by the total
        case when is_cache_beside then prompt else prompt - cache_read - cache_write end as input_uncached_tokens,
        cache_read as input_cache_read_tokens,
        cache_write as input_cache_write_short_tokens,
        completion as output_tokens,
        -- quality and cost as the gateway sees them
        delay_ms as latency_ms,
        coalesce(cost, costusd) as cost_usd,
        -- stated owner; tags of the caller count where seed trusted_tags says so
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        {{ batch_tag('feature') }} as feature,
        nullif(request_properties, '{}') as tags,
        -- audit
        {{ audit_columns() }}
    from parts
)

select * from final
