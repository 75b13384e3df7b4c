-- Periods start before they end, ends are exclusive, and a billing period is one calendar month,
-- UTC. Failure: an empty period, an end such as 23:59:59 (which would be inclusive), or another
-- length of billing period.
with focus as (select * from {{ ref('focus_cost_and_usage') }}),

final as (
    select
        x_ChargeKey,
        BillingPeriodStart,
        BillingPeriodEnd,
        ChargePeriodStart,
        ChargePeriodEnd
    from focus
    where
        ChargePeriodStart >= ChargePeriodEnd
        or extract(second from ChargePeriodEnd) >= 59
        or BillingPeriodStart <> date_trunc('month', BillingPeriodStart)
        or BillingPeriodEnd <> {{ dbt.dateadd('month', 1, 'BillingPeriodStart') }}
)

select * from final
