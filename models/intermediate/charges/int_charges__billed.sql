-- Charges of the systems of record with the list and contracted price of their meter, so that a bill can be held against
-- the price list. Costs stay as billed; where the bill names no list cost, quantity x price gives it, else the bill's
-- own cost stands in.
{{ config(materialized='view') }}

with charges as (
    select * from {{ ref('int_charges__counted') }}
),

numbered as (
    select
        *,
        row_number() over (partition by record_key order by loaded_at, effective_cost, billed_cost) as line_number
    from charges
),

priced as (
    select
        numbered.*,
        case
            when numbered.billing_currency = 'USD' then {{ charge_price('numbered', 'list') }}
        end as list_unit_price_usd,
        case
            when numbered.billing_currency = 'USD' then {{ charge_price('numbered', 'contracted') }}
        end as contracted_unit_price_usd
    from numbered
    {{ join_prices('numbered') }}
),

final as (
    select
        {{ surrogate_key(['record_key', 'line_number']) }} as charge_key,
        {{ cell_key('priced') }} as cell_key,
        source,
        stream,
        usage_date,
        bucket_start_at,
        bucket_end_at,
        coalesce(billing_period_start_date, cast(date_trunc('month', usage_date) as date)) as billing_period_start_date,
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
        description,
        quantity,
        unit,
        list_unit_price_usd,
        contracted_unit_price_usd,
        billing_currency,
        billed_cost,
        effective_cost,
        coalesce(
            list_cost,
            cast(cast(quantity as decimal(20,2)) * list_unit_price_usd as decimal(28,12)),
            effective_cost
        ) as list_cost,
        coalesce(
            cast(cast(quantity as decimal(20,2)) * contracted_unit_price_usd as decimal(28,12)),
            effective_cost
        ) as contracted_cost,
        invoice_id,
        tags,
        is_open_bucket or not is_day_over as is_open,
        -- What is open is never final: the next pull replaces it.
        case
            when is_open_bucket or not is_day_over then cast('9999-12-31' as timestamp)
            else cast(bucket_end_at + interval '{{ var("bill_settling_days") }}' day as timestamp)
        end as final_at,
        loaded_at
    from priced
)

select * from final
