-- Rules of FOCUS 1.4 that a single row can break. Failure: one row per charge and broken rule.
with focus as (select * from {{ ref('focus_cost_and_usage') }}),

{% set rules = {
    'a usage row has a consumed quantity, other rows have none':
        "(ChargeCategory = 'Usage' and ChargeClass is null) <> (ConsumedQuantity is not null)"
        ~ " and not (ChargeCategory = 'Usage' and ChargeClass is not null)",
    'a consumed unit stands with a consumed quantity': '(ConsumedUnit is null) <> (ConsumedQuantity is null)',
    'a pricing unit stands with a pricing quantity': '(PricingUnit is null) <> (PricingQuantity is null)',
    'what is sold has a SKU price unless it is a correction':
        "ChargeCategory in ('Usage', 'Purchase') and ChargeClass is null and (SkuId is null or SkuPriceId is null)",
    'what is not sold has no SKU': "ChargeCategory not in ('Usage', 'Purchase') and SkuId is not null",
    'a SKU price has a SKU': 'SkuPriceId is not null and SkuId is null',
    'prices, quantities and pricing category follow the SKU price':
        '(SkuPriceId is null) <> (ListUnitPrice is null) or (SkuPriceId is null) <> (ContractedUnitPrice is null)'
        ~ ' or (SkuPriceId is null) <> (PricingQuantity is null) or (SkuPriceId is null) <> (PricingCategory is null)'
        ~ ' or (SkuPriceId is null and (ConsumedQuantity is not null or SkuPriceDetails is not null))',
    'a SKU meter belongs to a SKU': 'SkuMeter is not null and SkuId is null',
    'tax, credits and adjustments cost what they bill':
        "ChargeCategory in ('Tax', 'Credit', 'Adjustment') and not x_IsEstimated"
        ~ ' and (ListCost <> BilledCost or ContractedCost <> BilledCost)',
    'the effective cost of tax and credits is the billed cost':
        "ChargeCategory in ('Tax', 'Credit') and EffectiveCost <> BilledCost",
    'an estimate bills nothing and has no invoice': 'x_IsEstimated and (BilledCost <> 0 or InvoiceId is not null)',
    'a purchase is not usage-based': "(ChargeFrequency = 'Usage-Based') <> (ChargeCategory = 'Usage')",
    'names and types of accounts and regions stand with their ids':
        '(SubAccountId is null) <> (SubAccountName is null) or (SubAccountId is null) <> (SubAccountType is null)'
        ~ ' or (RegionId is null) <> (RegionName is null) or BillingAccountType is null',
    'token rows are priced by the million':
        "PricingUnit = '1000000 Tokens' and ChargeCategory = 'Usage'"
        ~ " and (ConsumedUnit <> 'Tokens' or ConsumedQuantity <> PricingQuantity * 1000000)",
    'no text is empty':
        "'' in (BillingAccountId, InvoiceIssuerName, ServiceName, coalesce(SubAccountId, '-'),"
        ~ " coalesce(InvoiceId, '-'), coalesce(RegionId, '-'), coalesce(Tags, '-'), coalesce(SkuMeter, '-'))",
} %}

final as (
    {%- for rule, broken in rules.items() %}
    select
        x_ChargeKey,
        '{{ rule }}' as broken_rule
    from focus
    where {{ broken }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final
