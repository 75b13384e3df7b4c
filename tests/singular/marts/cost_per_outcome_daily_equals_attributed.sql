-- Loaded cost over all use cases is the attributed cost of the day.
with attributed as (
    select
        cast(date_trunc('day', usage_date) as date) as usage_date,
        sum(effective_cost_usd) as cost_usd
    from {{ ref('fct_attributed_costs') }}
    group by all
),

shown as (
    select
        usage_date,
        sum(loaded_cost_usd) as cost_usd
    from {{ ref('cost_per_outcome_daily') }}
    group by all
)

select
    coalesce(shown.usage_date, attributed.usage_date) as usage_date,
    shown.cost_usd,
    attributed.cost_usd as attributed_cost_usd
from shown
full outer join attributed on shown.usage_date = attributed.usage_date
where
    coalesce(shown.cost_usd, 0) <> coalesce(attributed.cost_usd, 0)
