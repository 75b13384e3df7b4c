-- Records that describe a call which a better-placed source describes too; counted in ops.load_audit.
{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with matched as (
    select * from {{ ref('int_requests__matched') }}
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
)

select * from final
