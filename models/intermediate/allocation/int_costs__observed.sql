-- Requests' share of each usage cell, per owner: the group's share split by the tokens of its owners, which all have the
-- same unit price within a group and meter, and closed exactly.
with group_owners as (
    select * from {{ ref('int_bill__group_owners') }}
),

shares as (
    select * from {{ ref('int_bill__shares') }}
),

cells as (
    select * from {{ ref('int_bill__cells') }}
),

owner_tokens as (
    {% for meter in token_meters() %}
    select
        *,
        bill_group_key || '|{{ meter }}' as row_key,
        {{ meter }} as meter_tokens
    from group_owners
    where {{ meter }} > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

parts as (
    select
        owner_tokens.row_key,
        owner_tokens.owner_key,
        owner_tokens.activity,
        owner_tokens.attribution_method,
        owner_tokens.attribution_rule_id,
        owner_tokens.pool_id,
        owner_tokens.billing_mode,
        owner_tokens.sub_account_id,
        owner_tokens.api_key_id,
        owner_tokens.model,
        owner_tokens.service_tier,
        owner_tokens.meter_tokens,
        shares.cell_key,
        shares.effective_cost_usd as group_effective_cost_usd,
        shares.billed_cost_usd as group_billed_cost_usd,
        cast(
            cast(owner_tokens.meter_tokens as decimal(12,0))
            * {{ cell_factor('shares.effective_cost_usd', 'shares.tokens') }} as decimal(28,12)
        ) as effective_part_usd,
        cast(
            cast(owner_tokens.meter_tokens as decimal(12,0))
            * {{ cell_factor('shares.billed_cost_usd', 'shares.tokens') }} as decimal(28,12)
        ) as billed_part_usd
    from owner_tokens
    inner join shares on owner_tokens.row_key = shares.row_key
),

{% set largest = [
    'meter_tokens desc', 'owner_key', 'activity', 'attribution_method', 'attribution_rule_id', 'pool_id'
] %}
closed as (
    select
        *,
        {{ close_split('effective_part_usd', 'group_effective_cost_usd', ['row_key'], largest) }}
            as effective_cost_usd,
        {{ close_split('billed_part_usd', 'group_billed_cost_usd', ['row_key'], largest) }} as billed_cost_usd
    from parts
),

final as (
    select
        closed.cell_key,
        cells.usage_date,
        cells.provider,
        cells.billing_account_id,
        closed.sub_account_id,
        closed.api_key_id,
        closed.model,
        cells.meter,
        closed.service_tier,
        closed.activity,
        cells.charge_category,
        cells.cost_basis,
        closed.billing_mode,
        closed.owner_key,
        closed.attribution_method,
        closed.attribution_rule_id,
        closed.pool_id,
        false as is_unobserved,
        cast(sum(closed.effective_cost_usd) as decimal(28,12)) as effective_cost_usd,
        cast(sum(closed.billed_cost_usd) as decimal(28,12)) as billed_cost_usd
    from closed
    inner join cells on closed.cell_key = cells.cell_key
    group by all
)

select * from final
