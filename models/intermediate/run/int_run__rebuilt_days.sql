-- Days that this run rebuilds: touched days, and days that share a call with one of them.
with touched_days as (
    select * from {{ ref('int_run__touched_days') }}
),

linked_days as (
    select * from {{ ref('int_requests__linked_days') }}
),

final as (
    select usage_date from touched_days
    union
    select linked_days.linked_date as usage_date
    from linked_days
    inner join touched_days on linked_days.usage_date = touched_days.usage_date
)

select * from final
