-- Days whose attributed cost this run rebuilds: rebuilt days, and every day of their months that holds shared cost,
-- because pools are split by the weights of the whole month.
with rebuilt_days as (
    select * from {{ ref('int_run__rebuilt_days') }}
),

direct_costs as (
    select * from {{ ref('int_costs__direct') }}
),

rebuilt_months as (
    select distinct date_trunc('month', usage_date) as usage_month from rebuilt_days
),

final as (
    select usage_date from rebuilt_days
    union
    select distinct direct_costs.usage_date
    from direct_costs
    inner join rebuilt_months on date_trunc('month', direct_costs.usage_date) = rebuilt_months.usage_month
    where direct_costs.pool_id is not null
)

select * from final
