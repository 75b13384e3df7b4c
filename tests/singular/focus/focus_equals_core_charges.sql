-- FOCUS has exactly the charges of core, each with core's billed and effective cost in its
-- billing currency. Sums per currency, month or provider are then equal as well. Failure: a
-- charge that is missing, doubled or altered.
with charges as (select * from {{ ref('fct_ai_charges') }}),

focus as (select * from {{ ref('focus_cost_and_usage') }}),

core_charges as (
    select
        charge_key,
        billing_currency,
        count(*) as row_count,
        sum(coalesce(billed_cost, 0)) as billed_cost,
        sum(coalesce(effective_cost, 0)) as effective_cost
    from charges
    group by all
),

focus_charges as (
    select
        x_ChargeKey as charge_key,
        BillingCurrency as billing_currency,
        count(*) as row_count,
        sum(BilledCost) as billed_cost,
        sum(EffectiveCost) as effective_cost
    from focus
    group by all
),

final as (
    select
        core_charges.charge_key,
        focus_charges.charge_key as focus_charge_key,
        core_charges.billing_currency,
        focus_charges.billing_currency as focus_billing_currency,
        core_charges.billed_cost,
        focus_charges.billed_cost as focus_billed_cost,
        core_charges.effective_cost,
        focus_charges.effective_cost as focus_effective_cost
    from core_charges
    full outer join focus_charges
        on
            core_charges.charge_key = focus_charges.charge_key
            and core_charges.billing_currency = focus_charges.billing_currency
    where
        core_charges.row_count is distinct from focus_charges.row_count
        or core_charges.billed_cost is distinct from focus_charges.billed_cost
        or core_charges.effective_cost is distinct from focus_charges.effective_cost
)

select * from final
