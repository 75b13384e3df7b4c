-- ListCost and ContractedCost are unit price x PricingQuantity within the tolerance of the FOCUS
-- validators (1e-9, relative above 1). Doubles compare here, they make no money. Failure: a cost
-- that its price does not explain.
with focus as (select * from {{ ref('focus_cost_and_usage') }}),

costs as (
    select
        x_ChargeKey,
        'ListCost' as cost_column,
        cast(ListUnitPrice as double) as unit_price,
        cast(PricingQuantity as double) as quantity,
        cast(ListCost as double) as stated_cost
    from focus
    union all
    select
        x_ChargeKey,
        'ContractedCost' as cost_column,
        cast(ContractedUnitPrice as double) as unit_price,
        cast(PricingQuantity as double) as quantity,
        cast(ContractedCost as double) as stated_cost
    from focus
),

final as (
    select *
    from costs
    where abs(unit_price * quantity - stated_cost) > 1e-9 * greatest(abs(stated_cost), 1)
)

select * from final
