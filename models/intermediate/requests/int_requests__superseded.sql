-- Records that are no requests of their own: a better-placed source describes the call too, or the record only frames
-- or repeats calls of its trace.
{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with matched as (
    select * from {{ ref('int_requests__matched') }}
),

leaves as (
    select * from {{ ref('int_requests__leaves') }}
),

final as (
    select
        request_key as record_key,
        call_key,
        source,
        stream,
        usage_date
    from matched
    where is_superseded and {{ touched_days_filter('usage_date') }}
    union all
    select
        record_key,
        record_key as call_key,
        source,
        stream,
        usage_date
    from leaves
    where not is_leaf and {{ touched_days_filter('usage_date') }}
)

select * from final
