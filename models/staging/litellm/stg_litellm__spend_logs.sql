with spend_logs as (
    select * from {{ source('litellm', 'spend_logs') }}
),

counters as (
    select
        *,
        coalesce(prompt_tokens, 0) as prompt,
        coalesce(completion_tokens, 0) as completion,
        {{ litellm_counter(['cache_read_input_tokens', 'prompt_tokens_details.cached_tokens']) }} as cache_read,
        {{ litellm_counter(['cache_creation_input_tokens', 'prompt_tokens_details.cache_creation_tokens']) }}
            as cache_write,
        {{ litellm_counter([
            'cache_creation.ephemeral_1h_input_tokens',
            'prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens',
        ]) }} as cache_write_long,
        {{ litellm_counter(['prompt_tokens_details.audio_tokens']) }} as audio_input,
        {{ litellm_counter(['completion_tokens_details.audio_tokens']) }} as audio_output,
        {{ litellm_counter(['completion_tokens_details.image_tokens']) }} as image_output,
        coalesce(lower(cache_hit) = 'true', false) as is_cache_hit,
        lower(coalesce(
            case when metadata.usage_object.speed = 'fast' then 'fast' end,
            metadata.cost_breakdown.service_tier,
            metadata.usage_object.service_tier,
            metadata.additional_usage_values.service_tier
        )) as stated_tier
    from spend_logs
),

parts as (
    select
        *,
        -- Audio input includes cached audio and the log does not split it: what does not fit beside the cache is cached.
        greatest(cache_read + cache_write + audio_input - prompt, 0) as audio_cache_read
    from counters
),

final as (
    select
        -- ids
        request_id,
        coalesce({{ batch_tag('source_system') }}, 'litellm') as source_system,
        'latest' as merge_rule,
        -- a failed call has no response, a cached one repeats the response of another call
        case when status = 'success' and not is_cache_hit then request_id end as provider_request_id,
        litellm_call_id as gateway_call_id,
        litellm_call_id as logical_call_id,
        nullif(session_id, '') as session_id,
        nullif(metadata.trace_id, '') as trace_id,
        -- when
        starttime as started_at,
        -- who and what
        -- a call that failed before a deployment was chosen names no provider
        coalesce(lower(nullif(custom_llm_provider, '')), '__unknown__') as provider,
        {{ batch_tag('account') }} as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        nullif(api_key, '') as api_key_id,
        coalesce(nullif(model, ''), nullif(model_group, '')) as model,
        coalesce(nullif(model_group, ''), nullif(model, '')) as requested_model,
        {{ inference_region('metadata.usage_object.inference_geo') }} as region,
        case
            when call_type like '%batch%' then 'batch'
            else {{ canonical_service_tier('stated_tier') }}
        end as service_tier,
        case when call_type like '%embedding%' then 'embedding' else 'inference' end as activity,
        coalesce(lower(nullif(status, '')), 'success') as status,
        is_cache_hit as is_gateway_cache_hit,
        coalesce(parts.user, metadata.user_api_key_user_id, metadata.user_api_key_user_email) as user_id,
        -- tokens: the prompt includes cache reads, cache writes and audio
        prompt - cache_read - cache_write - (audio_input - audio_cache_read) as input_uncached_tokens,
        cache_read - audio_cache_read as input_cache_read_tokens,
        cache_write - cache_write_long as input_cache_write_short_tokens,
        cache_write_long as input_cache_write_long_tokens,
        completion - audio_output - image_output as output_tokens,
        audio_input - audio_cache_read as input_audio_tokens,
        audio_cache_read as input_audio_cache_read_tokens,
        audio_output as output_audio_tokens,
        image_output as output_image_tokens,
        coalesce(
            metadata.usage_object.completion_tokens_details.reasoning_tokens,
            metadata.additional_usage_values.completion_tokens_details.reasoning_tokens
        ) as output_reasoning_tokens,
        -- quality and cost as the gateway sees them
        coalesce(request_duration_ms, {{ dbt.datediff('starttime', 'endtime', 'millisecond') }}) as latency_ms,
        spend as cost_usd,
        -- stated owner: batch tags only; tags of the caller count where seed trusted_tags says so
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        coalesce(nullif(end_user, ''), {{ batch_tag('customer_id') }}) as customer_id,
        {{ batch_tag('feature') }} as feature,
        {{ tags_object('request_tags', 'metadata.spend_logs_metadata') }} as tags,
        -- audit
        {{ audit_columns() }}
    from parts
)

select * from final
