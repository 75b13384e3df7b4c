{%- set counters = 'full_response.usage_metadata' -%}

with vertex_request_logs as (
    select * from {{ source('gcp', 'vertex_request_logs') }}
),

-- Counters as Google states them; those that are 0 are left out of its JSON.
counted as (
    select
        *,
        coalesce({{ first_count(counters, ['promptTokenCount']) }}, 0)
        + coalesce({{ first_count(counters, ['toolUsePromptTokenCount']) }}, 0) as prompt_tokens,
        coalesce({{ first_count(counters, ['cachedContentTokenCount']) }}, 0) as cached_tokens,
        {{ modality_tokens(counters, 'promptTokensDetails', 'AUDIO') }} as audio_tokens,
        {{ modality_tokens(counters, 'cacheTokensDetails', 'AUDIO') }} as audio_cached_tokens,
        coalesce({{ first_count(counters, ['candidatesTokenCount']) }}, 0) as candidate_tokens,
        coalesce({{ first_count(counters, ['thoughtsTokenCount']) }}, 0) as thought_tokens,
        {{ modality_tokens(counters, 'candidatesTokensDetails', 'AUDIO') }} as audio_candidate_tokens,
        {{ modality_tokens(counters, 'candidatesTokensDetails', 'IMAGE') }} as image_candidate_tokens
    from vertex_request_logs
),

final as (
    select
        -- ids
        request_id,
        coalesce({{ batch_tag('source_system') }}, 'vertex') as source_system,
        'latest' as merge_rule,
        full_response.response_id as provider_request_id,
        -- when
        logging_time as started_at,
        -- who and what
        'google' as provider,
        {{ batch_tag('account') }} as billing_account_id,
        coalesce({{ batch_tag('sub_account') }}, nullif(regexp_extract(endpoint, 'projects/([^/]+)', 1), ''))
            as sub_account_id,
        coalesce(
            full_response.model_version, nullif(regexp_extract(counted.model, '([^/]+)$', 1), ''), deployed_model_id
        ) as model,
        counted.model as requested_model,
        nullif(regexp_extract(endpoint, 'locations/([^/]+)', 1), '') as region,
        {{ usage_object_service_tier(counters) }} as service_tier,
        'inference' as activity,
        case when {{ first_count(counters, ['totalTokenCount']) }} is null then 'failure' else 'success' end as status,
        false as is_gateway_cache_hit,
        -- tokens: the prompt includes cached ones and audio, thoughts stand beside the candidates
        prompt_tokens - cached_tokens - (audio_tokens - audio_cached_tokens) as input_uncached_tokens,
        cached_tokens - audio_cached_tokens as input_cache_read_tokens,
        candidate_tokens - audio_candidate_tokens - image_candidate_tokens + thought_tokens as output_tokens,
        audio_tokens - audio_cached_tokens as input_audio_tokens,
        audio_cached_tokens as input_audio_cache_read_tokens,
        audio_candidate_tokens as output_audio_tokens,
        image_candidate_tokens as output_image_tokens,
        {{ first_count(counters, ['thoughtsTokenCount']) }} as output_reasoning_tokens,
        -- stated owner
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        -- audit
        {{ audit_columns() }}
    from counted
)

select * from final
