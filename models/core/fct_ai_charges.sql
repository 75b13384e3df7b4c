-- The bill's own charges, and estimates for metered account-days that have no bill. Estimates never count as billed.
{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with charges as (
    select * from {{ ref('int_charges__billed') }}
),

estimates as (
    select * from {{ ref('int_charges__estimated') }}
),

billed as (
    select
        charge_key,
        cell_key,
        source,
        stream,
        usage_date,
        bucket_start_at as charge_period_start_at,
        bucket_end_at as charge_period_end_at,
        billing_period_start_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        source_model,
        meter,
        region,
        service_tier,
        context_tier,
        charge_category,
        charge_class,
        cost_basis,
        false as is_estimated,
        description,
        quantity,
        unit,
        list_unit_price_usd,
        contracted_unit_price_usd,
        billing_currency,
        billed_cost,
        effective_cost,
        list_cost,
        contracted_cost,
        {{ to_usd('billed_cost', 'billing_currency') }} as billed_cost_usd,
        {{ to_usd('effective_cost', 'billing_currency') }} as effective_cost_usd,
        {{ to_usd('list_cost', 'billing_currency') }} as list_cost_usd,
        {{ to_usd('contracted_cost', 'billing_currency') }} as contracted_cost_usd,
        invoice_id,
        tags,
        is_open,
        final_at,
        loaded_at
    from charges
),

estimated as (
    select
        charge_key,
        cell_key,
        source,
        stream,
        usage_date,
        cast(usage_date as timestamp) as charge_period_start_at,
        cast(usage_date + interval 1 day as timestamp) as charge_period_end_at,
        cast(date_trunc('month', usage_date) as date) as billing_period_start_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        model as source_model,
        meter,
        cast(null as varchar) as region,
        service_tier,
        context_tier,
        'usage' as charge_category,
        cast(null as varchar) as charge_class,
        cost_basis,
        true as is_estimated,
        'Estimated usage' as description,
        quantity,
        'tokens' as unit,
        list_unit_price_usd,
        contracted_unit_price_usd,
        'USD' as billing_currency,
        cast(0 as decimal(28,12)) as billed_cost,
        effective_cost_usd as effective_cost,
        list_cost_usd as list_cost,
        contracted_cost_usd as contracted_cost,
        cast(0 as decimal(28,12)) as billed_cost_usd,
        effective_cost_usd,
        list_cost_usd,
        contracted_cost_usd,
        cast(null as varchar) as invoice_id,
        cast(null as varchar) as tags,
        false as is_open,
        -- Never final: the bill replaces it.
        cast('9999-12-31' as timestamp) as final_at,
        loaded_at
    from estimates
),

final as (
    select * from billed
    union all
    select * from estimated
)

select * from final
