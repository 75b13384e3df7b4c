with observations as (
    select * from {{ source('langfuse', 'observations') }}
),

named as (
    select
        *,
        coalesce(trace_id, traceid) as trace,
        nullif(coalesce(parent_observation_id, parentobservationid), '') as parent,
        coalesce(start_time, starttime) as begins_at,
        coalesce(end_time, endtime) as finishes_at,
        nullif(coalesce(provided_model_name, model), '') as model_name,
        coalesce(usage_details, usagedetails) as quantities,
        coalesce(cost_details, costdetails) as costs,
        coalesce(total_cost, calculatedtotalcost) as stated_cost,
        upper(type) as kind
    from observations
),

counters as (
    select
        *,
        {{ langfuse_counters('quantities') }}
        quantities like '%reasoning%' as splits_reasoning
    from named
),

judged as (
    select
        *,
        beside_cache_write + beside_cache_write_5m as cache_write_short,
        beside_cache_read + beside_cache_write + beside_cache_write_5m + beside_cache_write_1h + beside_audio_input
            as beside_input,
        beside_audio_output + beside_image_output as beside_output,
        part_cache_read + part_audio_input <= input_count as has_input_parts,
        part_audio_output + part_reasoning <= output_count as has_output_parts
    from counters
),

told as (
    select
        *,
        total_count = input_count + output_count
        and beside_input <= input_count
        and beside_output + beside_reasoning <= output_count as is_inclusive
    from judged
),

meters as (
    select
        *,
        input_count
        - case when has_input_parts then part_cache_read + part_audio_input else 0 end
        - case when is_inclusive then beside_input else 0 end as uncached_input,
        output_count
        + case when has_output_parts then -part_audio_output else part_reasoning end
        + case when is_inclusive then -beside_output else beside_reasoning end as text_output,
        part_cache_read + beside_cache_read as cache_read,
        part_audio_input + beside_audio_input as audio_input,
        part_audio_output + beside_audio_output as audio_output
    from told
),

final as (
    select
        -- ids
        id as request_id,
        coalesce({{ batch_tag('source_system') }}, 'langfuse') as source_system,
        'latest' as merge_rule,
        -- LiteLLM's callback writes the response id into the id of the observation, behind the time
        coalesce(
            metadata.attributes.response_id,
            case when {{ matches_pattern('id', "'^time-[0-9-]+_'") }} then regexp_replace(id, '^time-[0-9-]+_', '') end
        ) as provider_request_id,
        coalesce(metadata.attributes.session_id, metadata.attributes.conversation_id) as session_id,
        trace as trace_id,
        id as span_id,
        parent as parent_span_id,
        case when kind in ('GENERATION', 'EMBEDDING') then 'call' else 'step' end as span_role,
        -- when
        begins_at as started_at,
        -- who and what
        coalesce(
            {{ batch_tag('provider') }},
            lower(metadata.attributes.provider_name),
            lower(metadata.attributes.system),
            lower(metadata.attributes.llm_provider),
            lower(metadata.attributes.llm_system),
            lower(metadata.ls_provider),
            {{ provider_of_model('model_name') }},
            '__unknown__'
        ) as provider,
        {{ batch_tag('account') }} as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        model_name as model,
        model_name as requested_model,
        'standard' as service_tier,
        case
            when kind = 'GENERATION' then 'inference'
            when kind = 'EMBEDDING' then 'embedding'
            when kind = 'RETRIEVER' then 'retrieval'
            when kind in ('EVALUATOR', 'GUARDRAIL') then 'evaluation'
            else 'agent_step'
        end as activity,
        case when upper(level) = 'ERROR' then 'failure' else 'success' end as status,
        false as is_gateway_cache_hit,
        -- tokens: what the total holds beyond the names we know counts as input
        uncached_input
        + greatest(
            total_count - uncached_input - text_output - cache_read - cache_write_short - beside_cache_write_1h
            - audio_input - audio_output - beside_image_output, 0
        ) as input_uncached_tokens,
        cache_read as input_cache_read_tokens,
        cache_write_short as input_cache_write_short_tokens,
        beside_cache_write_1h as input_cache_write_long_tokens,
        text_output as output_tokens,
        audio_input as input_audio_tokens,
        audio_output as output_audio_tokens,
        beside_image_output as output_image_tokens,
        case when splits_reasoning then part_reasoning + beside_reasoning end as output_reasoning_tokens,
        -- quality and cost as the tool sees them; a tool that knows no price says nothing or 0
        {{ dbt.datediff('begins_at', 'finishes_at', 'millisecond') }} as latency_ms,
        nullif(coalesce(cast({{ json_value('costs', "'total'") }} as decimal(28,12)), stated_cost), 0) as cost_usd,
        -- stated owner
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        coalesce({{ batch_tag('environment') }}, nullif(environment, 'default')) as environment,
        {{ batch_tag('feature') }} as feature,
        coalesce(prompt_name, promptname) as component_id,
        coalesce(prompt_version, promptversion) as component_version,
        -- audit
        {{ audit_columns() }}
    from meters
)

select * from final
