-- Usage charges whose line text no rule of charge_patterns reads: their money is in all totals, under __unmapped__.
with charges as (
    select * from {{ ref('fct_ai_charges') }}
    where meter = '__unmapped__'
),

final as (
    select
        {{ surrogate_key(['source', 'stream', 'provider', 'description', 'billing_currency']) }} as unmapped_meter_key,
        -- the line
        source,
        stream,
        provider,
        description,
        -- how much
        min(usage_date) as first_usage_date,
        max(usage_date) as last_usage_date,
        count(*) as charge_count,
        billing_currency,
        cast(sum(billed_cost) as decimal(28,12)) as billed_cost,
        cast(sum(effective_cost_usd) as decimal(28,12)) as effective_cost_usd
    from charges
    group by
        source,
        stream,
        provider,
        description,
        billing_currency
)

select * from final
