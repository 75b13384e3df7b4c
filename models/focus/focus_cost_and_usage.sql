with charges as (select * from {{ ref('fct_ai_charges') }}),

prices as (select * from {{ ref('focus_charge_prices') }}),

providers as (select * from {{ ref('dim_providers') }}),

models as (select * from {{ ref('dim_models') }}),

meters as (select * from {{ ref('dim_meters') }}),

-- Charges with the names that FOCUS asks for; a provider without names stands under its id.
named as (
    select
        charges.*,
        coalesce(charges.billing_account_id, '__unknown__') as account_id,
        coalesce(providers.invoice_issuer_name, charges.provider) as issuer,
        coalesce(providers.service_provider_name, charges.provider) as seller,
        coalesce(providers.host_provider_name, providers.service_provider_name, charges.provider)
            as hoster,
        coalesce(providers.service_name, charges.provider) as service,
        coalesce(providers.billing_account_type, 'Account') as account_type,
        coalesce(providers.sub_account_type, 'Sub Account') as sub_account_type,
        models.model_developer,
        models.model_family,
        {{ focus_token_direction('meters.direction') }} as token_direction,
        {{ focus_token_cache_action('meters.direction', 'meters.cache_action') }}
            as token_cache_action,
        {{ focus_words('meters.modality') }} as token_modality,
        {{ focus_cache_retention('meters.cache_action') }} as cache_retention,
        coalesce(meters.sku_meter, {{ focus_meter_name('charges.meter') }}) as sku_meter,
        coalesce(charges.billing_period_start_date, date_trunc('month', charges.usage_date))
            as period_start,
        coalesce(charges.charge_period_start_at, charges.usage_date) as charge_start,
        coalesce(charges.charge_period_end_at, {{ dbt.dateadd('day', 1, 'charges.usage_date') }})
            as charge_end,
        case when charges.final_at < timestamp '9999-01-01' then charges.final_at end
            as known_final_at
    from charges
    left join providers on charges.provider = providers.provider
    left join models on charges.provider = models.provider and charges.model = models.model
    left join meters on charges.meter = meters.meter
),

-- The contract puts the columns in the order of FOCUS 1.4, with the columns of our own behind them.
final as (
    select
        -- when
        {{ focus_instant('named.period_start') }} as BillingPeriodStart,
        {{ focus_instant(dbt.dateadd('month', 1, 'named.period_start')) }} as BillingPeriodEnd,
        {{ focus_instant('named.charge_start') }} as ChargePeriodStart,
        {{ focus_instant('named.charge_end') }} as ChargePeriodEnd,

        -- who bills whom, for what service
        named.account_id as BillingAccountId,
        named.account_id as BillingAccountName,
        named.account_type as BillingAccountType,
        named.sub_account_id as SubAccountId,
        named.sub_account_id as SubAccountName,
        case when named.sub_account_id is not null then named.sub_account_type end
            as SubAccountType,
        named.issuer as InvoiceIssuerName,
        case when not named.is_estimated then named.invoice_id end as InvoiceId,
        named.seller as ServiceProviderName,
        named.hoster as HostProviderName,
        named.service as ServiceName,
        'AI and Machine Learning' as ServiceCategory,
        'Generative AI' as ServiceSubcategory,
        named.region as RegionId,
        named.region as RegionName,
        nullif(named.tags, '') as Tags,

        -- what kind of charge
        {{ focus_words('named.charge_category') }} as ChargeCategory,
        case when named.charge_class is not null then 'Correction' end as ChargeClass,
        coalesce(named.description, concat_ws(' ', named.service, named.model, named.sku_meter))
            as ChargeDescription,
        case
            when named.charge_category = 'usage' then 'Usage-Based'
            when named.charge_category = 'purchase' and prices.unit = 'Seats' then 'Recurring'
            else 'One-Time'
        end as ChargeFrequency,

        -- what was metered and priced
        cast(case when named.charge_category = 'usage' then prices.quantity end as decimal(38, 14))
            as ConsumedQuantity,
        case when named.charge_category = 'usage' then prices.unit end as ConsumedUnit,
        prices.pricing_quantity as PricingQuantity,
        prices.pricing_unit as PricingUnit,
        case when prices.sku_price_id is not null then 'Standard' end as PricingCategory,
        prices.sku_id as SkuId,
        case when prices.sku_id is not null then named.sku_meter end as SkuMeter,
        prices.sku_price_id as SkuPriceId,
        case when prices.sku_price_id is not null then {{ focus_sku_price_details() }} end
            as SkuPriceDetails,

        -- money
        named.billing_currency as BillingCurrency,
        cast(coalesce(named.billed_cost, 0) as decimal(38, 17)) as BilledCost,
        cast(coalesce(named.effective_cost, 0) as decimal(38, 17)) as EffectiveCost,
        cast(prices.list_cost as decimal(38, 17)) as ListCost,
        cast(prices.contracted_cost as decimal(38, 17)) as ContractedCost,
        prices.list_unit_price as ListUnitPrice,
        prices.contracted_unit_price as ContractedUnitPrice,
        named.billing_currency as PricingCurrency,
        cast(coalesce(named.effective_cost, 0) as decimal(38, 17)) as PricingCurrencyEffectiveCost,
        prices.list_unit_price as PricingCurrencyListUnitPrice,
        prices.contracted_unit_price as PricingCurrencyContractedUnitPrice,

        -- what no charge here has: zones, resources, reservations, commitments
        {{ focus_absent([
            'AllocatedMethodDetails', 'AllocatedMethodId', 'AllocatedResourceId',
            'AllocatedResourceName', 'AllocatedTags', 'AvailabilityZone', 'CapacityReservationId',
            'CapacityReservationStatus', 'CommitmentDiscountCategory', 'CommitmentDiscountId',
            'CommitmentDiscountName', 'CommitmentDiscountQuantity', 'CommitmentDiscountStatus',
            'CommitmentDiscountType', 'CommitmentDiscountUnit',
            'CommitmentProgramEligibilityDetails', 'ContractApplied', 'InvoiceDetailId',
            'ResourceId', 'ResourceName', 'ResourceType',
        ]) }}

        -- our own
        named.charge_key as x_ChargeKey,
        named.cost_basis as x_CostBasis,
        named.is_estimated as x_IsEstimated,
        prices.price_source as x_PriceSource,
        prices.quantity_source as x_QuantitySource,
        named.source as x_Source,
        named.stream as x_Stream,
        named.provider as x_Provider,
        named.api_key_id as x_CredentialId,
        named.model_developer as x_ModelDeveloper,
        named.model_family as x_ModelFamily,
        named.model as x_ModelId,
        named.source_model as x_SourceModelId,
        named.token_direction as x_TokenDirection,
        named.token_cache_action as x_TokenCacheAction,
        named.token_modality as x_TokenModality,
        named.meter as x_Meter,
        named.service_tier as x_ServiceTier,
        named.context_tier as x_ContextTier,
        named.billed_cost_usd as x_BilledCostInUsd,
        named.effective_cost_usd as x_EffectiveCostInUsd,
        {{ focus_instant('named.known_final_at') }} as x_FinalAt,
        {{ focus_instant('named.loaded_at') }} as x_LoadedAt
    from named
    inner join prices on named.charge_key = prices.charge_key
)

select * from final
