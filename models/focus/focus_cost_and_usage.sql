with charges as (select * from {{ ref('fct_ai_charges') }}),

prices as (select * from {{ ref('focus_charge_prices') }}),

providers as (select * from {{ ref('dim_providers') }}),

models as (select * from {{ ref('dim_models') }}),

meters as (select * from {{ ref('dim_meters') }}),

-- Charges with the names that FOCUS asks for; a provider without names stands under its id.
described as (
    select
        charges.*,
        coalesce(charges.billing_account_id, '__unknown__') as account_id,
        coalesce(providers.invoice_issuer_name, charges.provider) as issuer,
        coalesce(providers.service_provider_name, charges.provider) as seller,
        coalesce(providers.host_provider_name, providers.service_provider_name, charges.provider)
            as host,
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
            as charge_end
    from charges
    left join providers on charges.provider = providers.provider
    left join models on charges.provider = models.provider and charges.model = models.model
    left join meters on charges.meter = meters.meter
),

-- The contract puts the columns in the order of FOCUS 1.4, with the columns of our own behind them.
final as (
    select
        -- when
        {{ focus_instant('period_start') }} as BillingPeriodStart,
        {{ focus_instant(dbt.dateadd('month', 1, 'period_start')) }} as BillingPeriodEnd,
        {{ focus_instant('charge_start') }} as ChargePeriodStart,
        {{ focus_instant('charge_end') }} as ChargePeriodEnd,

        -- who bills whom, for what service
        account_id as BillingAccountId,
        account_id as BillingAccountName,
        account_type as BillingAccountType,
        sub_account_id as SubAccountId,
        sub_account_id as SubAccountName,
        case when sub_account_id is not null then sub_account_type end as SubAccountType,
        issuer as InvoiceIssuerName,
        case when not is_estimated then invoice_id end as InvoiceId,
        seller as ServiceProviderName,
        host as HostProviderName,
        service as ServiceName,
        'AI and Machine Learning' as ServiceCategory,
        'Generative AI' as ServiceSubcategory,
        region as RegionId,
        region as RegionName,
        tags as Tags,

        -- what kind of charge
        {{ focus_words('charge_category') }} as ChargeCategory,
        case when charge_class is not null then 'Correction' end as ChargeClass,
        coalesce(description, concat_ws(' ', service, model, sku_meter)) as ChargeDescription,
        case
            when charge_category = 'usage' then 'Usage-Based'
            when charge_category = 'purchase' and prices.unit = 'Seats' then 'Recurring'
            else 'One-Time'
        end as ChargeFrequency,

        -- what was metered and priced
        cast(case when charge_category = 'usage' then prices.quantity end as decimal(38, 14))
            as ConsumedQuantity,
        case when charge_category = 'usage' then prices.unit end as ConsumedUnit,
        prices.pricing_quantity as PricingQuantity,
        prices.pricing_unit as PricingUnit,
        case when prices.sku_price_id is not null then 'Standard' end as PricingCategory,
        prices.sku_id as SkuId,
        case when prices.sku_id is not null then sku_meter end as SkuMeter,
        prices.sku_price_id as SkuPriceId,
        case when prices.sku_price_id is not null then {{ focus_sku_price_details() }} end
            as SkuPriceDetails,

        -- money
        billing_currency as BillingCurrency,
        cast(coalesce(billed_cost, 0) as decimal(38, 17)) as BilledCost,
        cast(coalesce(effective_cost, 0) as decimal(38, 17)) as EffectiveCost,
        cast(prices.list_cost as decimal(38, 17)) as ListCost,
        cast(prices.contracted_cost as decimal(38, 17)) as ContractedCost,
        prices.list_unit_price as ListUnitPrice,
        prices.contracted_unit_price as ContractedUnitPrice,
        billing_currency as PricingCurrency,
        cast(coalesce(effective_cost, 0) as decimal(38, 17)) as PricingCurrencyEffectiveCost,
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
        described.charge_key as x_ChargeKey,
        cost_basis as x_CostBasis,
        is_estimated as x_IsEstimated,
        prices.price_source as x_PriceSource,
        prices.quantity_source as x_QuantitySource,
        source as x_Source,
        stream as x_Stream,
        provider as x_Provider,
        api_key_id as x_CredentialId,
        model_developer as x_ModelDeveloper,
        model_family as x_ModelFamily,
        model as x_ModelId,
        source_model as x_SourceModelId,
        token_direction as x_TokenDirection,
        token_cache_action as x_TokenCacheAction,
        token_modality as x_TokenModality,
        meter as x_Meter,
        service_tier as x_ServiceTier,
        context_tier as x_ContextTier,
        billed_cost_usd as x_BilledCostInUsd,
        effective_cost_usd as x_EffectiveCostInUsd,
        {{ focus_instant('final_at') }} as x_FinalAt,
        {{ focus_instant('loaded_at') }} as x_LoadedAt
    from described
    inner join prices on described.charge_key = prices.charge_key
)

select * from final
