-- Every link between a request and an outcome in the days of this run, by the best method that finds any: an explicit id
-- beats a trace, a trace beats a session.
{{ config(materialized='view') }}

with requests as (
    select
        request_key,
        usage_date,
        request_id,
        provider_request_id,
        gateway_call_id,
        session_id,
        trace_id
    from {{ ref('int_requests__priced') }}
    where {{ touched_days_filter('usage_date', 'bridge_request_outcomes') }}
),

targets as (
    select * from {{ ref('int_outcomes__link_targets') }}
),

found as (
    {% for method, column in [
        ('explicit_id', 'request_id'), ('explicit_id', 'provider_request_id'), ('explicit_id', 'gateway_call_id'),
        ('trace', 'trace_id'), ('session', 'session_id'),
    ] %}
    select
        requests.request_key,
        requests.usage_date,
        targets.outcome_key,
        targets.link_method,
        targets.method_rank,
        targets.weight,
        targets.confidence
    from requests
    inner join targets on requests.{{ column }} = targets.link_id and targets.link_method = '{{ method }}'
    {{ 'union' if not loop.last }}
    {% endfor %}
),

ranked as (
    select
        *,
        min(method_rank) over (partition by request_key) as best_method_rank
    from found
),

final as (
    select
        request_key,
        usage_date,
        outcome_key,
        link_method,
        weight as stated_weight,
        coalesce(confidence, 1) as confidence,
        coalesce(sum(weight) over (partition by request_key), 0) as stated_weight_sum,
        count(*) over (partition by request_key) as link_count,
        count(weight) over (partition by request_key) as stated_link_count
    from ranked
    where method_rank = best_method_rank
)

select * from final
