-- Days of requests whose link to an outcome may change because an outcome, its measures or a link arrived.
{{ config(materialized='view') }}

with incoming_outcomes as (
    {{ union_streams('outcomes', where=pending_batches_filter('int_run__touched_days')) }}
),

incoming_measures as (
    {{ union_streams('outcome_measures', where=pending_batches_filter('int_run__touched_days')) }}
),

incoming_links as (
    {{ union_streams('links', where=pending_batches_filter('int_run__touched_days')) }}
),

existing_requests as (
    {{ previous_rows('int_requests__latest', [
        {'name': 'request_id', 'type': 'varchar'},
        {'name': 'provider_request_id', 'type': 'varchar'},
        {'name': 'gateway_call_id', 'type': 'varchar'},
        {'name': 'session_id', 'type': 'varchar'},
        {'name': 'trace_id', 'type': 'varchar'},
        {'name': 'usage_date', 'type': 'date'},
    ]) }}
),

existing_outcomes as (
    {{ previous_rows('int_outcomes__latest', [
        {'name': 'record_key', 'type': 'varchar'},
        {'name': 'outcome_id', 'type': 'varchar'},
        {'name': 'request_id', 'type': 'varchar'},
        {'name': 'session_id', 'type': 'varchar'},
        {'name': 'trace_id', 'type': 'varchar'},
    ]) }}
),

existing_links as (
    {{ previous_rows('int_links__latest', [
        {'name': 'outcome_id', 'type': 'varchar'},
        {'name': 'request_id', 'type': 'varchar'},
        {'name': 'session_id', 'type': 'varchar'},
        {'name': 'trace_id', 'type': 'varchar'},
    ]) }}
),

affected_outcomes as (
    select outcome_id from incoming_outcomes
    union
    select outcome_source_id as outcome_id from incoming_measures
    union
    select outcome_id from incoming_links
),

-- Ids that pending records name, and ids that their outcomes named before.
linked_ids as (
    select
        request_id,
        session_id,
        trace_id
    from incoming_outcomes
    union all
    select
        request_id,
        session_id,
        trace_id
    from incoming_links
    union all
    select
        request_id,
        session_id,
        trace_id
    from existing_outcomes
    where outcome_id in (select affected_outcomes.outcome_id from affected_outcomes)
    union all
    select
        request_id,
        session_id,
        trace_id
    from existing_links
    where outcome_id in (select affected_outcomes.outcome_id from affected_outcomes)
),

final as (
    select distinct usage_date
    from existing_requests
    where
        request_id in (select linked_ids.request_id from linked_ids)
        or provider_request_id in (select linked_ids.request_id from linked_ids)
        or gateway_call_id in (select linked_ids.request_id from linked_ids)
        or session_id in (select linked_ids.session_id from linked_ids)
        or trace_id in (select linked_ids.trace_id from linked_ids)
)

select * from final
