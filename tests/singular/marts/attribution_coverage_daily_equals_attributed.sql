-- What is owned and what is not make up the attributed cost of every provider and day; the shares of a day make up 1.
with attributed as (
    select
        provider,
        usage_date,
        sum(effective_cost_usd) as effective_cost_usd,
        sum(billed_cost_usd) as billed_cost_usd
    from {{ ref('fct_attributed_costs') }}
    group by all
),

coverage as (
    select
        provider,
        usage_date,
        sum(effective_cost_usd) as effective_cost_usd,
        sum(billed_cost_usd) as billed_cost_usd
    from {{ ref('attribution_coverage_daily') }}
    group by all
),

ratios as (
    select
        usage_date,
        sum(day_cost_ratio) as ratio_sum
    from {{ ref('attribution_coverage_daily') }}
    group by usage_date
)

select
    coalesce(coverage.provider, attributed.provider) as provider,
    coalesce(coverage.usage_date, attributed.usage_date) as usage_date
from coverage
full outer join attributed on coverage.provider = attributed.provider and coverage.usage_date = attributed.usage_date
left join ratios on coverage.usage_date = ratios.usage_date
where
    coalesce(coverage.effective_cost_usd, 0) <> coalesce(attributed.effective_cost_usd, 0)
    or coalesce(coverage.billed_cost_usd, 0) <> coalesce(attributed.billed_cost_usd, 0)
    or abs(ratios.ratio_sum - 1) > 0.000001
