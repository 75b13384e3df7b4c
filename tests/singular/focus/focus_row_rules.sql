-- Rules of FOCUS 1.4 that a single row can break. Failure: one row per charge and broken rule.
{% set rules = {
    'a usage row has a consumed quantity unless it is a correction': "
        ChargeCategory = 'Usage' and ChargeClass is null and ConsumedQuantity is null",
    'a row that is not usage has no consumed quantity': "
        ChargeCategory <> 'Usage' and ConsumedQuantity is not null",
    'a consumed unit stands with a consumed quantity': "
        (ConsumedUnit is null) <> (ConsumedQuantity is null)",
    'a pricing unit stands with a pricing quantity': "
        (PricingUnit is null) <> (PricingQuantity is null)",
    'what is sold has a SKU price unless it is a correction': "
        ChargeCategory in ('Usage', 'Purchase') and ChargeClass is null
        and (SkuId is null or SkuPriceId is null)",
    'what is not sold has no SKU': "
        ChargeCategory not in ('Usage', 'Purchase') and SkuId is not null",
    'a SKU price and a SKU meter have a SKU': "
        SkuId is null and (SkuPriceId is not null or SkuMeter is not null)",
    'prices, quantity and pricing category are there with a SKU price': "
        SkuPriceId is not null
        and (
            ListUnitPrice is null or ContractedUnitPrice is null
            or PricingQuantity is null or PricingCategory is null
        )",
    'nothing is priced without a SKU price': "
        SkuPriceId is null
        and coalesce(
            cast(ListUnitPrice as varchar), cast(ContractedUnitPrice as varchar),
            cast(PricingQuantity as varchar), cast(ConsumedQuantity as varchar),
            PricingCategory, SkuPriceDetails
        ) is not null",
    'what has no price costs what it bills': "
        ChargeCategory in ('Tax', 'Credit', 'Adjustment') and not x_IsEstimated
        and (ListCost <> BilledCost or ContractedCost <> BilledCost)",
    'the effective cost of tax and credits is the billed cost': "
        ChargeCategory in ('Tax', 'Credit') and EffectiveCost <> BilledCost",
    'an estimate bills nothing and is on no invoice': "
        x_IsEstimated and (BilledCost <> 0 or InvoiceId is not null)",
    'usage and only usage is usage-based': "
        (ChargeFrequency = 'Usage-Based') <> (ChargeCategory = 'Usage')",
    'names and types stand with their ids': "
        (SubAccountId is null) <> (SubAccountName is null)
        or (SubAccountId is null) <> (SubAccountType is null)
        or (RegionId is null) <> (RegionName is null)",
    'tokens are priced by the million': "
        ConsumedUnit = 'Tokens'
        and (PricingUnit <> '1000000 Tokens' or ConsumedQuantity <> PricingQuantity * 1000000)",
    'no text is empty': "
        '' in (
            BillingAccountId, BillingCurrency, InvoiceIssuerName, ServiceName,
            coalesce(SubAccountId, '-'), coalesce(InvoiceId, '-'), coalesce(RegionId, '-'),
            coalesce(Tags, '-'), coalesce(SkuMeter, '-'), coalesce(ChargeDescription, '-')
        )",
} %}

with focus as (select * from {{ ref('focus_cost_and_usage') }}),

final as (
    {% for rule, broken in rules.items() %}
    select
        x_ChargeKey,
        '{{ rule }}' as broken_rule
    from focus
    where {{ broken }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
