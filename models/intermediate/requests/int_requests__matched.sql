-- The same call seen by several sources: one record wins (seed source_precedence), the others lend it what it lacks.
-- Sources are matched by the provider's response id, then the gateway's call id, then trace and span; never by time or
-- token counts. Tokens come from one record as a set, since meters of two sources can't be mixed and stay disjoint.
{% set lent = [
    'session_id', 'trace_id', 'span_id', 'parent_request_id', 'billing_account_id', 'sub_account_id', 'api_key_id',
    'requested_model', 'user_id', 'output_reasoning_tokens', 'other_units', 'latency_ms', 'quality_score',
    'is_safety_flagged', 'output_utility', 'team', 'use_case', 'product', 'environment', 'customer_id', 'feature', 'component_id',
    'component_version', 'task_class', 'experiment_id', 'variant', 'decision_id', 'prompt_hash', 'tags',
] %}

with records as (
    select * from {{ ref('int_requests__leaves') }}
    where is_leaf
),

source_precedence as (
    select * from {{ ref('source_precedence') }}
),

provider_aliases as (
    select * from {{ ref('provider_aliases') }}
),

ranked as (
    select
        records.*,
        coalesce(provider_aliases.provider, records.provider) as canonical_provider,
        records.source || '/' || records.stream || '/' || records.source_system as origin,
        coalesce(source_precedence.request_rank, 100) as request_rank,
        case
            when not coalesce(records.is_gateway_cache_hit, false) then records.provider_request_id
        end as response_id,
        records.trace_id || '|' || records.span_id as span_key
    from records
    left join provider_aliases on records.provider = provider_aliases.provider_alias
    left join source_precedence
        on records.source = source_precedence.source and records.stream = source_precedence.stream
),

shared_responses as (
    select
        canonical_provider,
        response_id
    from ranked
    where response_id is not null
    group by
        canonical_provider,
        response_id
    having min(origin) < max(origin)
),

by_response as (
    select
        ranked.*,
        case
            when shared_responses.response_id is null then ranked.record_key
            else {{ surrogate_key(['ranked.canonical_provider', 'ranked.response_id']) }}
        end as response_call_key
    from ranked
    left join shared_responses
        on
            ranked.canonical_provider = shared_responses.canonical_provider
            and ranked.response_id = shared_responses.response_id
),

gateway_moves as (
    {{ call_moves('gateway_call_id', 'by_response', 'response_call_key') }}
),

by_gateway_call as (
    select
        by_response.*,
        coalesce(gateway_moves.call_key, by_response.response_call_key) as gateway_call_key
    from by_response
    left join gateway_moves on by_response.response_call_key = gateway_moves.moved_key
),

span_moves as (
    {{ call_moves('span_key', 'by_gateway_call', 'gateway_call_key') }}
),

by_call as (
    select
        by_gateway_call.*,
        coalesce(span_moves.call_key, by_gateway_call.gateway_call_key) as call_key
    from by_gateway_call
    left join span_moves on by_gateway_call.gateway_call_key = span_moves.moved_key
),

contested_calls as (
    select
        call_key,
        min(lpad(cast(request_rank as varchar), 6, '0') || origin) as winning_origin
    from by_call
    group by call_key
    having min(origin) < max(origin)
),

judged as (
    select
        by_call.*,
        contested_calls.call_key is not null as is_contested,
        coalesce(
            lpad(cast(by_call.request_rank as varchar), 6, '0') || by_call.origin
            <> contested_calls.winning_origin, false
        ) as is_superseded
    from by_call
    left join contested_calls on by_call.call_key = contested_calls.call_key
),

loans as (
    select
        call_key,
    {% for column in lent %}
    min_by({{ column }}, request_rank) filter (where {{ column }} is not null) as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from judged
    where is_superseded
    group by call_key
),

final as (
    select
        judged.record_key as request_key,
        judged.call_key,
        judged.is_superseded,
        judged.canonical_provider as provider,
        {% for column in canonical_columns('requests') | map(attribute='name') if column != 'provider' %}
        {% if column in lent %}
        coalesce(judged.{{ column }}, loans.{{ column }}) as {{ column }},
        {% else %}
        judged.{{ column }},
        {% endif %}
        {% endfor %}
        judged.source,
        judged.stream,
        judged.usage_date,
        judged._loaded_at as loaded_at
    from judged
    left join loans on judged.call_key = loans.call_key and not judged.is_superseded
)

select * from final
