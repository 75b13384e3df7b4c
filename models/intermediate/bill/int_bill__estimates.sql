-- Estimated cost of metered account-days that have no bill yet, per group, owner, evidence and meter. A source's own
-- figure has no meters, so it stays one line; contract and list estimates are exact products per meter.
with group_owners as (
    select * from {{ ref('int_bill__group_owners') }}
    where estimate_basis <> 'none'
),

group_meters as (
    select * from {{ ref('int_bill__group_meters') }}
),

source_stated as (
    select
        *,
        cast(null as varchar) as meter,
        cast({{ sum_of_meters() }} as bigint) as tokens,
        source_cost_usd as cost_usd,
        cast(null as decimal(18,12)) as list_unit_price_usd,
        cast(null as decimal(18,12)) as contracted_unit_price_usd
    from group_owners
    where estimate_basis = 'gateway_reported'
),

priced as (
    {% for meter in token_meters() %}
    select
        group_owners.*,
        group_meters.meter,
        group_owners.{{ meter }} as tokens,
        cast(
            cast(group_owners.{{ meter }} as decimal(18,0)) * group_meters.contracted_unit_price_usd
            as decimal(28,12)
        ) as cost_usd,
        group_meters.list_unit_price_usd,
        group_meters.contracted_unit_price_usd
    from group_owners
    inner join group_meters
        on group_owners.bill_group_key = group_meters.bill_group_key and group_meters.meter = '{{ meter }}'
    where group_owners.estimate_basis <> 'gateway_reported' and group_owners.{{ meter }} > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Searches and other units with a price: one line for all, without a quantity.
priced_units as (
    select
        *,
        'other_units' as meter,
        cast(null as bigint) as tokens,
        units_contracted_cost_usd as cost_usd,
        cast(null as decimal(18,12)) as list_unit_price_usd,
        cast(null as decimal(18,12)) as contracted_unit_price_usd
    from group_owners
    where estimate_basis <> 'gateway_reported' and units_contracted_cost_usd <> 0
),

-- An estimate names no owner of its own: its owner is that of the requests.
lines as (
    {% for relation in ['source_stated', 'priced', 'priced_units'] %}
    select
        *,
        'usage' as charge_category,
        'USD' as billing_currency,
        estimate_basis as cost_basis,
        cast(null as varchar) as team,
        cast(null as varchar) as use_case,
        cast(null as varchar) as product,
        cast(null as varchar) as environment
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        {{ cell_key('lines') }} as cell_key,
        lines.*
    from lines
)

select * from final
