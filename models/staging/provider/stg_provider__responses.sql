with responses as (
    select * from {{ source('provider', 'responses') }}
),

usage_objects as (
    select
        *,
        coalesce(usage, usage_metadata, meta) as body
    from responses
),

-- The keys of the usage object tell the API: each family has one that no other has.
families as (
    select
        *,
        case
            when {{ json_path('body', 'promptTokenCount') }} is not null then 'google'
            when {{ json_path('body', 'inputTokens') }} is not null then 'converse'
            when {{ json_path('body', 'billed_units') }} is not null then 'cohere'
            when {{ json_path('body', 'prompt_tokens') }} is not null then 'chat'
            when {{ json_path('body', 'cache_creation_input_tokens') }} is not null then 'messages'
            when lower(api) in ('messages', 'invoke') then 'messages'
            else 'responses'
        end as family
    from usage_objects
),

-- Counters as each family names them: input with or without cache, and what lies within input and output.
counters as (
    select
        *,
        -- input as stated
        coalesce(case family
            when 'google' then {{ first_count('body', ['promptTokenCount']) }}
            when 'converse' then {{ first_count('body', ['inputTokens']) }}
            when 'cohere' then {{ first_count('body', ['billed_units.input_tokens']) }}
            else {{ first_count('body', ['prompt_tokens', 'input_tokens']) }}
        end, 0) as stated_input_tokens,
        coalesce({{ first_count('body', ['toolUsePromptTokenCount']) }}, 0) as tool_input_tokens,
        family in ('converse', 'messages') as is_cache_outside_input,
        -- cache; Cohere counts its cached tokens in `tokens`, while its billed units are without them
        coalesce(case when family <> 'cohere' then {{ first_count('body', [
            'input_tokens_details.cached_tokens', 'prompt_tokens_details.cached_tokens', 'prompt_cache_hit_tokens',
            'num_cached_tokens', 'cached_tokens', 'cache_read_input_tokens', 'cacheReadInputTokens',
            'cacheReadInputTokenCount', 'cachedContentTokenCount',
        ]) }} end, 0) as cache_read_tokens,
        coalesce({{ first_count('body', [
            'input_tokens_details.cache_write_tokens', 'prompt_tokens_details.cache_write_tokens',
            'cache_creation_input_tokens', 'cacheWriteInputTokens', 'cacheWriteInputTokenCount',
        ]) }}, 0) as cache_write_tokens,
        coalesce(
            {{ first_count('body', [
                'input_tokens_details.cache_write_tokens_details.ttl_12h_tokens',
                'cache_creation.ephemeral_1h_input_tokens',
            ]) }},
            {{ converse_long_cache_tokens('body') }},
            0
        ) as cache_write_long_tokens,
        -- other modalities
        coalesce({{ first_count('body', [
            'prompt_tokens_details.audio_tokens', 'input_tokens_details.audio_tokens',
        ]) }}, 0) + {{ modality_tokens('body', 'promptTokensDetails', 'AUDIO') }} as audio_input_tokens,
        {{ modality_tokens('body', 'cacheTokensDetails', 'AUDIO') }} as audio_cache_read_tokens,
        coalesce({{ first_count('body', [
            'completion_tokens_details.audio_tokens', 'output_tokens_details.audio_tokens',
        ]) }}, 0) + {{ modality_tokens('body', 'candidatesTokensDetails', 'AUDIO') }} as audio_output_tokens,
        coalesce({{ first_count('body', ['completion_tokens_details.image_tokens']) }}, 0)
        + {{ modality_tokens('body', 'candidatesTokensDetails', 'IMAGE') }} as image_output_tokens,
        -- output
        coalesce({{ first_count('body', [
            'completion_tokens', 'output_tokens', 'outputTokens', 'billed_units.output_tokens', 'candidatesTokenCount',
        ]) }}, 0) as stated_output_tokens,
        coalesce({{ first_count('body', ['thoughtsTokenCount']) }}, 0) as thought_tokens,
        {{ first_count('body', [
            'completion_tokens_details.reasoning_tokens', 'output_tokens_details.reasoning_tokens',
            'output_tokens_details.thinking_tokens', 'thoughtsTokenCount',
        ]) }} as reasoning_tokens
    from families
),

final as (
    select
        -- keys
        response_id as request_id,
        coalesce({{ batch_tag('source_system') }}, 'provider') as source_system,
        'latest' as merge_rule,
        response_id as provider_request_id,
        gateway_call_id,
        session_id,
        trace_id,
        span_id,
        -- when, who and what
        created_at as started_at,
        lower(provider) as provider,
        coalesce(billing_account_id, {{ batch_tag('account') }}) as billing_account_id,
        sub_account_id,
        api_key_id,
        coalesce(model, model_version) as model,
        region,
        {{ usage_object_service_tier('body') }} as service_tier,
        case when lower(api) like '%embed%' then 'embedding' else 'inference' end as activity,
        lower(coalesce(status, 'success')) as status,
        user_id,
        -- tokens: parts that a family counts within its input or output are taken out of it
        stated_input_tokens + tool_input_tokens
        - case when is_cache_outside_input then 0 else cache_read_tokens + cache_write_tokens end
        - (audio_input_tokens - audio_cache_read_tokens) as input_uncached_tokens,
        cache_read_tokens - audio_cache_read_tokens as input_cache_read_tokens,
        cache_write_tokens - cache_write_long_tokens as input_cache_write_short_tokens,
        cache_write_long_tokens as input_cache_write_long_tokens,
        stated_output_tokens + thought_tokens - audio_output_tokens - image_output_tokens as output_tokens,
        audio_input_tokens - audio_cache_read_tokens as input_audio_tokens,
        audio_cache_read_tokens as input_audio_cache_read_tokens,
        audio_output_tokens as output_audio_tokens,
        image_output_tokens as output_image_tokens,
        reasoning_tokens as output_reasoning_tokens,
        {{ units_object({'web_search_requests': first_count('body', ['server_tool_use.web_search_requests'])}) }}
            as other_units,
        latency_ms,
        {{ json_number('body', 'cost') }} as cost_usd,
        tags,
        -- audit
        {{ audit_columns() }}
    from counters
)

select * from final
