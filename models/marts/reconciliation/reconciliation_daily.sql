-- Bill, provider usage and gateway side by side. The driver of a gap is judged in this order: the provider's report was
-- pulled while the day went on, something is missing on one side, tokens differ, the price does.
{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with usage_buckets as (
    select
        usage_date,
        provider,
        billing_account_id,
        coalesce(model, '__unknown__') as model,
        cast(sum(total_tokens) as bigint) as provider_usage_tokens,
        max(is_open) as is_open
    from {{ ref('fct_ai_usage') }}
    where {{ touched_days_filter('usage_date') }}
    group by all
),

bills as (
    select
        usage_date,
        provider,
        billing_account_id,
        coalesce(model, '__unknown__') as model,
        cast(sum(billed_cost_usd) as decimal(28,12)) as billed_cost_usd,
        max(is_open) as is_open
    from {{ ref('fct_ai_charges') }}
    where charge_category = 'usage' and not is_estimated and {{ touched_days_filter('usage_date') }}
    group by all
),

gateway as (
    select
        usage_date,
        provider,
        billing_account_id,
        model,
        cast(sum(total_tokens) as bigint) as gateway_tokens,
        cast(sum(contracted_cost_usd) as decimal(28,12)) as estimated_cost_usd,
        cast(sum(source_cost_usd) as decimal(28,12)) as gateway_cost_usd
    from {{ ref('fct_ai_requests') }}
    where not is_gateway_cache_hit and {{ touched_days_filter('usage_date') }}
    group by all
),

joined as (
    select
        coalesce(bills.usage_date, usage_buckets.usage_date, gateway.usage_date) as usage_date,
        coalesce(bills.provider, usage_buckets.provider, gateway.provider) as provider,
        coalesce(bills.billing_account_id, usage_buckets.billing_account_id, gateway.billing_account_id)
            as billing_account_id,
        coalesce(bills.model, usage_buckets.model, gateway.model) as model,
        usage_buckets.provider_usage_tokens,
        gateway.gateway_tokens,
        bills.billed_cost_usd,
        gateway.estimated_cost_usd,
        gateway.gateway_cost_usd,
        coalesce(bills.is_open, false) or coalesce(usage_buckets.is_open, false) as is_open,
        bills.model is not null as in_bill,
        usage_buckets.model is not null as in_usage,
        gateway.model is not null as in_gateway
    from bills
    full outer join usage_buckets
        on
            bills.usage_date = usage_buckets.usage_date
            and bills.provider = usage_buckets.provider
            and bills.billing_account_id = usage_buckets.billing_account_id
            and bills.model = usage_buckets.model
    full outer join gateway
        on
            coalesce(bills.usage_date, usage_buckets.usage_date) = gateway.usage_date
            and coalesce(bills.provider, usage_buckets.provider) = gateway.provider
            and coalesce(bills.billing_account_id, usage_buckets.billing_account_id) = gateway.billing_account_id
            and coalesce(bills.model, usage_buckets.model) = gateway.model
),

compared as (
    select
        *,
        cast(coalesce(billed_cost_usd, 0) - coalesce(estimated_cost_usd, 0) as decimal(28,12)) as gap_usd
    from joined
),

final as (
    select
        -- dimensions
        usage_date,
        provider,
        billing_account_id,
        model,
        -- quantities and money
        provider_usage_tokens,
        gateway_tokens,
        billed_cost_usd,
        estimated_cost_usd,
        gateway_cost_usd,
        gap_usd,
        {{ safe_ratio('gap_usd', 'billed_cost_usd') }} as gap_ratio,
        case
            when is_open then 'timing'
            when not in_bill then 'missing_bill'
            when not in_gateway then 'missing_requests'
            when abs(gap_usd) < 0.01 then case when gap_usd = 0 then 'none' else 'rounding' end
            when gateway_tokens < provider_usage_tokens then 'missing_requests'
            when gateway_tokens > provider_usage_tokens then 'over_observed'
            else 'price_difference'
        end as gap_driver,
        -- presence
        in_bill,
        in_usage,
        in_gateway
    from compared
)

select * from final
