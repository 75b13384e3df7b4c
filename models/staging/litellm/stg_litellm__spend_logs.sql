with spend_logs as (
    select * from {{ source('litellm', 'spend_logs') }}
),

parts as (
    select
        *,
        coalesce(prompt_tokens, 0) as input_total,
        coalesce(completion_tokens, 0) as output_total,
        coalesce(
            metadata.additional_usage_values.cache_read_input_tokens,
            metadata.usage_object.cache_read_input_tokens,
            metadata.usage_object.prompt_tokens_details.cached_tokens,
            0
        ) as cache_read_tokens,
        coalesce(
            metadata.additional_usage_values.cache_creation_input_tokens,
            metadata.usage_object.cache_creation_input_tokens,
            0
        ) as cache_write_tokens,
        coalesce(metadata.usage_object.cache_creation.ephemeral_1h_input_tokens, 0) as cache_write_long_tokens,
        coalesce(metadata.usage_object.prompt_tokens_details.audio_tokens, 0) as audio_tokens,
        coalesce(metadata.usage_object.completion_tokens_details.audio_tokens, 0) as audio_output_tokens,
        coalesce(metadata.usage_object.completion_tokens_details.image_tokens, 0) as image_output_tokens,
        coalesce(lower(cache_hit) = 'true', false) as is_cache_hit,
        lower(coalesce(metadata.cost_breakdown.service_tier, metadata.usage_object.service_tier, 'standard'))
            as stated_tier
    from spend_logs
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
        session_id,
        metadata.trace_id as trace_id,
        -- when
        starttime as started_at,
        -- who and what
        lower(custom_llm_provider) as provider,
        {{ batch_tag('account') }} as billing_account_id,
        api_key as api_key_id,
        model,
        model_group as requested_model,
        case
            when call_type like '%batch%' then 'batch'
            when stated_tier in ('default', 'auto') then 'standard'
            else stated_tier
        end as service_tier,
        case when call_type like '%embedding%' then 'embedding' else 'inference' end as activity,
        coalesce(status, 'success') as status,
        is_cache_hit as is_gateway_cache_hit,
        coalesce("user", metadata.user_api_key_user_id, metadata.user_api_key_user_email) as user_id,
        -- tokens: the prompt includes cache reads and writes
        input_total - cache_read_tokens - cache_write_tokens - audio_tokens as input_uncached_tokens,
        cache_read_tokens as input_cache_read_tokens,
        cache_write_tokens - cache_write_long_tokens as input_cache_write_short_tokens,
        cache_write_long_tokens as input_cache_write_long_tokens,
        output_total - audio_output_tokens - image_output_tokens as output_tokens,
        audio_tokens as input_audio_tokens,
        audio_output_tokens as output_audio_tokens,
        image_output_tokens as output_image_tokens,
        metadata.usage_object.completion_tokens_details.reasoning_tokens as output_reasoning_tokens,
        -- quality and cost as the gateway sees them
        coalesce(request_duration_ms, {{ dbt.datediff('starttime', 'endtime', 'millisecond') }}) as latency_ms,
        spend as cost_usd,
        -- stated owner: batch tags only; tags of the caller count where seed trusted_tags says so
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        end_user as customer_id,
        {{ tags_object('request_tags', 'metadata.spend_logs_metadata') }} as tags,
        -- audit
        {{ audit_columns() }}
    from parts
)

select * from final
