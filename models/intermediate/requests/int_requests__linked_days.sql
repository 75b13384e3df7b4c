-- Pairs of days that share a call: a retry after midnight, a call that two sources date differently, or spans of one
-- trace. Rebuilding one of them needs the records of the other.
{{ config(materialized='incremental', incremental_strategy='append') }}

with records as (
    select * from {{ ref('int_requests__latest') }}
),

touched_days as (
    select * from {{ ref('int_run__touched_days') }}
),

call_ids as (
    select
        'response' as id_kind,
        provider_request_id as call_id,
        usage_date
    from records
    where provider_request_id is not null
    union all
    select
        'gateway' as id_kind,
        gateway_call_id as call_id,
        usage_date
    from records
    where gateway_call_id is not null
    union all
    select
        'call' as id_kind,
        logical_call_id as call_id,
        usage_date
    from records
    where logical_call_id is not null
    union all
    select
        'span' as id_kind,
        trace_id || '|' || span_id as call_id,
        usage_date
    from records
    where trace_id is not null and span_id is not null
    union all
    select
        'tree' as id_kind,
        source || '|' || source_system || '|' || trace_id as call_id,
        usage_date
    from records
    where trace_id is not null and span_role is not null
),

spanning_calls as (
    select
        id_kind,
        call_id
    from call_ids
    {% if is_incremental() %}
    where
        call_id in (
            select touched.call_id
            from call_ids as touched
            where touched.usage_date in (select touched_days.usage_date from touched_days)
        )
    {% endif %}
    group by
        id_kind,
        call_id
    having min(usage_date) < max(usage_date)
),

spanning_days as (
    select distinct
        call_ids.id_kind,
        call_ids.call_id,
        call_ids.usage_date
    from call_ids
    inner join spanning_calls
        on
            call_ids.id_kind = spanning_calls.id_kind
            and call_ids.call_id = spanning_calls.call_id
),

final as (
    select distinct
        spanning_days.usage_date,
        other_days.usage_date as linked_date
    from spanning_days
    inner join spanning_days as other_days
        on
            spanning_days.id_kind = other_days.id_kind
            and spanning_days.call_id = other_days.call_id
            and spanning_days.usage_date <> other_days.usage_date
    {% if is_incremental() %}
    except
    select
        known.usage_date,
        known.linked_date
    from {{ this }} as known
    {% endif %}
)

select * from final
