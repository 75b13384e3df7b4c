-- Per group of attempts: what it costs by the bill, and the cost of one token of each meter, side by side, so that a
-- request's cost is one sum of products.
with group_owners as (
    select * from {{ ref('int_bill__group_owners') }}
),

shares as (
    select * from {{ ref('int_bill__shares') }}
),

groups as (
    select distinct
        bill_group_key,
        is_billed_day
    from group_owners
),

share_totals as (
    select
        bill_group_key,
        min(cost_basis) as cost_basis,
        cast(sum(effective_cost_usd) as decimal(28,12)) as effective_cost_usd,
        cast(sum(billed_cost_usd) as decimal(28,12)) as billed_cost_usd,
    {% for meter in token_meters() %}
    max(case when meter = '{{ meter }}' then {{ cell_factor('effective_cost_usd', 'tokens') }} end)
        as {{ meter }}_effective_unit_usd,
    max(case when meter = '{{ meter }}' then {{ cell_factor('billed_cost_usd', 'tokens') }} end)
        as {{ meter }}_billed_unit_usd{{ ',' if not loop.last }}
    {% endfor %}
    from shares
    group by bill_group_key
),

final as (
    select
        groups.bill_group_key,
        groups.is_billed_day,
        share_totals.cost_basis,
        coalesce(share_totals.effective_cost_usd, 0) as effective_cost_usd,
        coalesce(share_totals.billed_cost_usd, 0) as billed_cost_usd,
    {% for meter in token_meters() %}
    coalesce(share_totals.{{ meter }}_effective_unit_usd, 0) as {{ meter }}_effective_unit_usd,
    coalesce(share_totals.{{ meter }}_billed_unit_usd, 0) as {{ meter }}_billed_unit_usd{{ ',' if not loop.last }}
    {% endfor %}
    from groups
    left join share_totals on groups.bill_group_key = share_totals.bill_group_key
)

select * from final
