-- The cost that unit costs divide is that of usage charges on token meters, per provider, day and evidence.
with charges as (
    select
        charges.provider,
        charges.usage_date,
        charges.cost_basis,
        sum(charges.effective_cost_usd) as effective_cost_usd
    from {{ ref('fct_ai_charges') }} as charges
    left join {{ ref('dim_meters') }} as meters on charges.meter = meters.meter
    where
        charges.charge_category = 'usage'
        and (meters.meter is not null or (charges.meter is null and charges.unit = 'tokens'))
    group by all
),

unit_costs as (
    select
        provider,
        usage_date,
        cost_basis,
        sum(effective_cost_usd) as effective_cost_usd
    from {{ ref('token_unit_costs_daily') }}
    group by all
)

select
    coalesce(unit_costs.provider, charges.provider) as provider,
    coalesce(unit_costs.usage_date, charges.usage_date) as usage_date
from unit_costs
full outer join charges
    on
        unit_costs.provider = charges.provider
        and unit_costs.usage_date = charges.usage_date
        and unit_costs.cost_basis = charges.cost_basis
where coalesce(unit_costs.effective_cost_usd, 0) <> coalesce(charges.effective_cost_usd, 0)
