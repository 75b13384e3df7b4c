{% set call_operations = "('chat', 'text_completion', 'generate_content', 'completion', 'embeddings')" %}

with spans as (
    select * from {{ source('otel', 'spans') }}
),

named as (
    select
        *,
        lower(attributes.operation_name) as operation,
        coalesce(attributes.response_model, attributes.request_model, attributes.llm_model_name) as model_name,
        -- generations of the conventions name the same counter differently: the largest holds
        greatest(attributes.input_tokens, attributes.prompt_tokens, attributes.llm_prompt_tokens, 0) as input_count,
        greatest(
            attributes.output_tokens, attributes.completion_tokens, attributes.llm_completion_tokens, 0
        ) as output_count,
        greatest(
            attributes.cache_read_tokens, attributes.old_cache_read_tokens, attributes.llm_cache_read_tokens, 0
        ) as cache_read,
        greatest(
            attributes.cache_write_tokens,
            attributes.cache_creation_tokens,
            attributes.old_cache_creation_tokens,
            attributes.llm_cache_write_tokens,
            0
        ) as cache_write,
        greatest(attributes.reasoning_tokens, attributes.llm_reasoning_tokens) as reasoning,
        coalesce(attributes.audio_input_tokens, 0) as stated_audio,
        coalesce(
            attributes.response_service_tier, attributes.old_response_service_tier, attributes.request_service_tier
        ) as stated_tier,
        {{ nanos_to_timestamp('starttimeunixnano') }} as begins_at,
        case when endtimeunixnano > 0 then {{ nanos_to_timestamp('endtimeunixnano') }} end as finishes_at,
        coalesce(status.code in ('2', 'STATUS_CODE_ERROR'), false)
        or attributes.error_type is not null as is_failed
    from spans
),

parts as (
    select
        *,
        coalesce({{ batch_tag('input_excludes_cache') }} = 'true', false)
        or cache_read + cache_write > input_count as is_cache_beside
    from named
),

meters as (
    select
        *,
        case when is_cache_beside then input_count else input_count - cache_read - cache_write end as fresh_input
    from parts
),

final as (
    select
        -- ids: a span's id is its own only within the trace
        traceid || ':' || spanid as request_id,
        coalesce({{ batch_tag('source_system') }}, 'otel') as source_system,
        'latest' as merge_rule,
        attributes.response_id as provider_request_id,
        coalesce(attributes.session_id, attributes.conversation_id) as session_id,
        traceid as trace_id,
        spanid as span_id,
        nullif(parentspanid, '') as parent_span_id,
        case when operation in {{ call_operations }} then 'call' else 'step' end as span_role,
        -- when
        begins_at as started_at,
        -- who and what
        coalesce(
            {{ batch_tag('provider') }},
            lower(attributes.provider_name),
            lower(attributes.system),
            lower(attributes.llm_provider),
            lower(attributes.llm_system),
            {{ provider_of_model('model_name') }},
            '__unknown__'
        ) as provider,
        {{ batch_tag('account') }} as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        model_name as model,
        coalesce(attributes.request_model, model_name) as requested_model,
        {{ canonical_service_tier('stated_tier') }} as service_tier,
        case
            when operation in ('embeddings', 'embedding') then 'embedding'
            when operation is null or operation in {{ call_operations }} then 'inference'
            when operation in ('retrieval', 'search_memory') then 'retrieval'
            else 'agent_step'
        end as activity,
        case when is_failed then 'failure' else 'success' end as status,
        false as is_gateway_cache_hit,
        coalesce(attributes.user_id, attributes.enduser_id) as user_id,
        -- tokens: input includes cache and audio by convention
        fresh_input - least(stated_audio, fresh_input) as input_uncached_tokens,
        cache_read as input_cache_read_tokens,
        cache_write as input_cache_write_short_tokens,
        output_count as output_tokens,
        least(stated_audio, fresh_input) as input_audio_tokens,
        reasoning as output_reasoning_tokens,
        -- quality
        {{ dbt.datediff('begins_at', 'finishes_at', 'millisecond') }} as latency_ms,
        -- stated owner; tags count where seed trusted_tags says so
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        coalesce(
            {{ batch_tag('environment') }},
            resource.attributes.environment_name,
            resource.attributes.environment
        ) as environment,
        {{ batch_tag('feature') }} as feature,
        coalesce(attributes.agent_name, attributes.agent_id) as component_id,
        {{ merged_objects('resource.attributes.tags', 'attributes.tags') }} as tags,
        -- audit
        {{ audit_columns() }}
    from meters
)

select * from final
