-- Every cell's cost at its direct owner, before shared pools are split: requests' shares, estimates, the unobserved rest
-- of usage cells, and whole cells of tax, credits and purchases. Sums to the charges of each cell.
{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with observed_costs as (
    select * from {{ ref('int_costs__observed') }}
),

estimates as (
    select * from {{ ref('int_bill__estimates') }}
),

cells as (
    select * from {{ ref('int_bill__cells') }}
),

shares as (
    select * from {{ ref('int_bill__shares') }}
),

owners as (
    select * from {{ ref('int_ownership__resolved') }}
),

shared_out as (
    select
        cell_key,
        sum(effective_cost_usd) as effective_cost_usd,
        sum(billed_cost_usd) as billed_cost_usd
    from shares
    group by cell_key
),

-- What no observed request explains stays at the bill's own grain, with the owner that the grain itself names.
rests as (
    select
        cells.cell_key,
        cells.usage_date,
        cells.provider,
        cells.billing_account_id,
        cells.sub_account_id,
        cells.api_key_id,
        cells.model,
        cells.meter,
        cells.service_tier,
        '__unknown__' as activity,
        cells.charge_category,
        cells.cost_basis,
        'metered' as billing_mode,
        owners.owner_key,
        owners.attribution_method,
        owners.attribution_rule_id,
        owners.pool_id,
        cells.charge_category = 'usage' as is_unobserved,
        cast(cells.effective_cost_usd - coalesce(shared_out.effective_cost_usd, 0) as decimal(28,12))
            as effective_cost_usd,
        cast(cells.billed_cost_usd - coalesce(shared_out.billed_cost_usd, 0) as decimal(28,12)) as billed_cost_usd
    from cells
    left join shared_out on cells.cell_key = shared_out.cell_key
    left join owners on cells.identity_key = owners.identity_key
    where
        cells.effective_cost_usd <> coalesce(shared_out.effective_cost_usd, 0)
        or cells.billed_cost_usd <> coalesce(shared_out.billed_cost_usd, 0)
        or shared_out.cell_key is null
),

estimated_costs as (
    select
        cell_key,
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        meter,
        service_tier,
        activity,
        charge_category,
        cost_basis,
        billing_mode,
        owner_key,
        attribution_method,
        attribution_rule_id,
        pool_id,
        false as is_unobserved,
        cost_usd as effective_cost_usd,
        cast(0 as decimal(28,12)) as billed_cost_usd
    from estimates
),

final as (
    select * from observed_costs
    union all
    select * from estimated_costs
    union all
    select * from rests
)

select * from final
