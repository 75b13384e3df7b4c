-- Days whose records are read to rebuild days: those, and days that share a call with one of them.
with rebuilt_days as (
    select * from {{ ref('int_run__rebuilt_days') }}
),

linked_days as (
    select * from {{ ref('int_requests__linked_days') }}
),

final as (
    select usage_date from rebuilt_days
    union
    select linked_days.linked_date as usage_date
    from linked_days
    inner join rebuilt_days on linked_days.usage_date = rebuilt_days.usage_date
)

select * from final
