with charges as (select * from {{ ref('fct_ai_charges') }}),

meters as (select * from {{ ref('dim_meters') }}),

-- Charges with their unit, and the cost that stands in where no list or contracted cost is known.
described as (
    select
        charges.*,
        charges.charge_category in ('usage', 'purchase') as is_sold,
        case
            when charges.unit is null and meters.meter is not null then 'Tokens'
            else {{ focus_unit('charges.unit') }}
        end as stated_unit,
        case
            when charges.is_estimated or charges.charge_category = 'usage'
                then coalesce(charges.effective_cost, 0)
            else coalesce(charges.billed_cost, 0)
        end as own_cost
    from charges
    left join meters on charges.meter = meters.meter
),

-- Costs that FOCUS wants on every row. What is not sold (tax, credit, adjustment) has no price, so
-- its own cost. A list cost whose sign contradicts the contracted cost can't come from a price of
-- the same quantity and is left out.
costed as (
    select
        *,
        case
            when is_sold then coalesce(contracted_cost, own_cost)
            else own_cost
        end as full_contracted_cost,
        case
            when is_sold and sign(list_cost) * sign(full_contracted_cost) >= 0 then list_cost
            else full_contracted_cost
        end as full_list_cost,
        coalesce(list_cost <> full_list_cost, true) as is_list_cost_assumed
    from described
),

-- A stated quantity counts where unit prices of zero or more explain the costs; corrections may
-- stay without one.
judged as (
    select
        *,
        coalesce(
            sign(quantity) * sign(full_list_cost) >= 0
            and sign(quantity) * sign(full_contracted_cost) >= 0
            and (quantity <> 0 or (full_list_cost = 0 and full_contracted_cost = 0)),
            false
        ) as is_quantity_usable,
        is_sold and (is_quantity_usable or charge_class is null) as is_priced
    from costed
),

-- One unit, or minus one for money back, stands in where the bill has no usable quantity.
measured as (
    select
        *,
        case when is_quantity_usable then stated_unit else 'Units' end as priced_unit,
        case
            when is_quantity_usable then quantity
            when full_list_cost < 0 or full_contracted_cost < 0 then -1
            else 1
        end as priced_quantity,
        case when priced_unit = 'Tokens' then 1000000 else 1 end as block,
        cast(
            case
                when priced_unit = 'Tokens' then priced_quantity * 0.000001
                else priced_quantity
            end
            as decimal(38, 14)
        ) as block_quantity,
        {{ focus_published_price(
            'list_unit_price_usd', 'full_list_cost', 'block_quantity', 'block'
        ) }} as published_list_price,
        {{ focus_published_price(
            'contracted_unit_price_usd', 'full_contracted_cost', 'block_quantity', 'block'
        ) }} as published_contracted_price
    from judged
),

final as (
    select
        -- key
        charge_key,

        -- what was sold, in the provider's place
        case when is_sold then {{ focus_sku_id() }} end as sku_id,
        case when is_priced then {{ focus_sku_price_id('priced_unit') }} end as sku_price_id,

        -- how much
        case when is_priced then cast(priced_quantity as decimal(28, 12)) end as quantity,
        case when is_priced then priced_unit end as unit,
        case when is_priced then block_quantity end as pricing_quantity,
        case
            when is_priced and priced_unit = 'Tokens' then '1000000 Tokens'
            when is_priced then priced_unit
        end as pricing_unit,
        case
            when is_priced and is_quantity_usable then 'Billed'
            when is_priced then 'Assumed'
        end as quantity_source,

        -- at what price
        full_list_cost as list_cost,
        full_contracted_cost as contracted_cost,
        case
            when is_priced
                then coalesce(
                    published_list_price,
                    {{ focus_derived_price('full_list_cost', 'block_quantity') }}
                )
        end as list_unit_price,
        case
            when is_priced
                then coalesce(
                    published_contracted_price,
                    {{ focus_derived_price('full_contracted_cost', 'block_quantity') }}
                )
        end as contracted_unit_price,
        case
            when not is_priced then null
            when is_list_cost_assumed then 'Assumed'
            when published_list_price is not null then 'Published'
            else 'Derived'
        end as price_source
    from measured
)

select * from final
