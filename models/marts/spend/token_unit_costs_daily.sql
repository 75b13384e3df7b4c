-- What a token cost by the bill (or its estimate): token-meter usage charges over their tokens. Seats, tools, tax and
-- idle stay out. Estimates that state no meter stand under direction "all".
{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with charges as (
    select * from {{ ref('fct_ai_charges') }}
    where charge_category = 'usage' and {{ touched_days_filter('usage_date') }}
),

dim_meters as (
    select * from {{ ref('dim_meters') }}
),

usage_meters as (
    {{ usage_meters() }}
),

-- A bill without quantities gets those of the provider's usage report, once per charge grain.
quantified as (
    select
        charges.usage_date,
        charges.provider,
        coalesce(charges.model, '__unknown__') as model,
        coalesce(charges.service_tier, 'standard') as service_tier,
        coalesce(dim_meters.direction, 'all') as direction,
        coalesce(dim_meters.cache_action, 'all') as cache_action,
        charges.cost_basis,
        coalesce(case when charges.unit = 'tokens' then charges.quantity end, usage_meters.tokens) as tokens,
        charges.list_cost_usd,
        charges.contracted_cost_usd,
        charges.effective_cost_usd,
        charges.list_unit_price_usd,
        charges.contracted_unit_price_usd
    from charges
    left join dim_meters on charges.meter = dim_meters.meter
    left join usage_meters
        on
            charges.quantity is null
            and charges.usage_date = usage_meters.usage_date
            and charges.provider = usage_meters.provider
            and charges.billing_account_id = usage_meters.billing_account_id
            and coalesce(charges.sub_account_id, '__any__') = usage_meters.sub_account_id
            and charges.model = usage_meters.model
            and charges.meter = usage_meters.meter
            and coalesce(charges.service_tier, 'standard') = usage_meters.service_tier
            and coalesce(charges.context_tier, 'base') = usage_meters.context_tier
    where dim_meters.meter is not null or (charges.meter is null and charges.unit = 'tokens')
),

summed as (
    select
        usage_date,
        provider,
        model,
        service_tier,
        direction,
        cache_action,
        cost_basis,
        cast(sum(tokens) as bigint) as tokens,
        cast(sum(effective_cost_usd) as decimal(28,12)) as effective_cost_usd,
        cast(sum(coalesce(
            cast(tokens as decimal(18,0)) * contracted_unit_price_usd, contracted_cost_usd
        )) as decimal(28,12)) as contracted_cost_usd,
        cast(sum(coalesce(
            cast(tokens as decimal(18,0)) * list_unit_price_usd, list_cost_usd
        )) as decimal(28,12)) as list_cost_usd
    from quantified
    group by all
),

final as (
    select
        -- dimensions
        usage_date,
        provider,
        model,
        service_tier,
        direction,
        cache_action,
        cost_basis,
        -- quantities and money
        tokens,
        effective_cost_usd,
        contracted_cost_usd,
        list_cost_usd,
        -- unit costs
        {{ safe_ratio('effective_cost_usd * 1000000', 'tokens', 'decimal(28,12)') }} as usd_per_million_tokens,
        {{ safe_ratio('contracted_cost_usd * 1000000', 'tokens', 'decimal(28,12)') }}
            as contracted_usd_per_million_tokens,
        {{ safe_ratio('list_cost_usd * 1000000', 'tokens', 'decimal(28,12)') }} as list_usd_per_million_tokens
    from summed
)

select * from final
