-- Periods start before they end, ends are exclusive, and a billing period is one calendar month,
-- UTC. Failure: an empty period, an end such as 23:59:59 (which would be inclusive), or another
-- length of billing period.
with focus as (select * from {{ ref('focus_cost_and_usage') }}),

periods as (
    select
        x_ChargeKey,
        BillingPeriodStart,
        BillingPeriodEnd,
        ChargePeriodStart,
        ChargePeriodEnd,
        date_trunc('month', BillingPeriodStart) as month_start,
        {{ dbt.dateadd('month', 1, "date_trunc('month', BillingPeriodStart)") }} as month_end
    from focus
),

final as (
    select *
    from periods
    where
        ChargePeriodStart >= ChargePeriodEnd
        or extract(second from ChargePeriodEnd) >= 59
        or BillingPeriodStart <> month_start
        or BillingPeriodEnd <> month_end
)

select * from final
