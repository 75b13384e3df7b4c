-- The parts of showback_monthly, direct and shared, are the attributed cost of the month.
with attributed as (
    select
        cast(date_trunc('month', usage_date) as date) as usage_month,
        sum(effective_cost_usd) as cost_usd
    from {{ ref('fct_attributed_costs') }}
    group by all
),

shown as (
    select
        usage_month,
        sum(total_cost_usd) as cost_usd,
        sum(direct_cost_usd + shared_cost_usd) as parts_usd
    from {{ ref('showback_monthly') }}
    group by all
)

select
    coalesce(shown.usage_month, attributed.usage_month) as usage_month,
    shown.cost_usd,
    attributed.cost_usd as attributed_cost_usd
from shown
full outer join attributed on shown.usage_month = attributed.usage_month
where
    coalesce(shown.cost_usd, 0) <> coalesce(attributed.cost_usd, 0)
    or coalesce(shown.parts_usd, 0) <> coalesce(shown.cost_usd, 0)
