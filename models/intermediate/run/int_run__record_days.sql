-- Days on which a pending record falls, or on which its earlier version stands.
{{ config(materialized='view') }}

with incoming_requests as (
    {{ union_streams('requests', where=pending_batches_filter('int_run__touched_days')) }}
),

incoming_usage as (
    {{ union_streams('usage', where=pending_batches_filter('int_run__touched_days')) }}
),

incoming_charges as (
    {{ union_streams('charges', where=pending_batches_filter('int_run__touched_days')) }}
),

existing_requests as (
    {{ previous_rows('int_requests__latest', [
        {'name': 'record_key', 'type': 'varchar'},
        {'name': 'usage_date', 'type': 'date'},
    ]) }}
),

existing_charges as (
    {{ previous_rows('int_charges__latest', [
        {'name': 'unit_key', 'type': 'varchar'},
        {'name': 'usage_date', 'type': 'date'},
    ]) }}
),

existing_usage as (
    {{ previous_rows('int_usage__latest', [
        {'name': 'unit_key', 'type': 'varchar'},
        {'name': 'usage_date', 'type': 'date'},
    ]) }}
),

days as (
    select cast(started_at as date) as usage_date from incoming_requests
    union
    select cast(bucket_start_at as date) as usage_date from incoming_usage
    union
    select cast(bucket_start_at as date) as usage_date from incoming_charges
    union
    select existing_requests.usage_date
    from existing_requests
    where existing_requests.record_key in (select {{ request_record_key() }} from incoming_requests)
    union
    select existing_charges.usage_date
    from existing_charges
    where existing_charges.unit_key in (select {{ charge_unit_key() }} from incoming_charges)
    union
    select existing_usage.usage_date
    from existing_usage
    where existing_usage.unit_key in (select {{ usage_unit_key() }} from incoming_usage)
),

final as (
    select usage_date
    from days
    where usage_date is not null
)

select * from final
