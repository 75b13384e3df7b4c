-- Ids that lead from an outcome to requests: those that links state and those that the outcome itself carries.
with outcomes as (
    select * from {{ ref('int_outcomes__defined') }}
),

links as (
    select * from {{ ref('int_links__latest') }}
),

stated as (
    select
        outcomes.outcome_key,
        links.request_id,
        links.session_id,
        links.trace_id,
        links.weight,
        links.confidence
    from links
    inner join outcomes on links.outcome_id = outcomes.outcome_id
    union all
    select
        outcome_key,
        request_id,
        session_id,
        trace_id,
        cast(null as decimal(26,18)) as weight,
        cast(null as decimal(9,6)) as confidence
    from outcomes
),

targets as (
    select
        outcome_key,
        'explicit_id' as link_method,
        1 as method_rank,
        request_id as link_id,
        weight,
        confidence
    from stated
    where request_id is not null
    union all
    select
        outcome_key,
        'trace' as link_method,
        2 as method_rank,
        trace_id as link_id,
        weight,
        confidence
    from stated
    where trace_id is not null and request_id is null
    union all
    select
        outcome_key,
        'session' as link_method,
        3 as method_rank,
        session_id as link_id,
        weight,
        confidence
    from stated
    where session_id is not null and request_id is null and trace_id is null
),

final as (
    select
        outcome_key,
        link_method,
        method_rank,
        link_id,
        max(weight) as weight,
        max(confidence) as confidence
    from targets
    group by
        outcome_key,
        link_method,
        method_rank,
        link_id
)

select * from final
