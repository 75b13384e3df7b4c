-- Estimated charges at the bill's grain, over all owners: one per group of attempts, evidence and meter.
with estimates as (
    select * from {{ ref('int_bill__estimates') }}
),

final as (
    select
        {{ surrogate_key(['bill_group_key', 'estimate_basis', 'meter']) }} as charge_key,
        cell_key,
        min(source) as source,
        min(stream) as stream,
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        meter,
        service_tier,
        context_tier,
        estimate_basis as cost_basis,
        list_unit_price_usd,
        contracted_unit_price_usd,
        cast(sum(tokens) as decimal(28,12)) as quantity,
        cast(sum(cost_usd) as decimal(28,12)) as effective_cost_usd,
        cast(sum(
            case
                when meter is null then list_cost_usd
                when meter = 'other_units' then units_list_cost_usd
                else tokens * list_unit_price_usd
            end
        ) as decimal(28,12)) as list_cost_usd,
        cast(sum(
            case
                when meter is null then contracted_cost_usd
                when meter = 'other_units' then units_contracted_cost_usd
                else tokens * contracted_unit_price_usd
            end
        ) as decimal(28,12)) as contracted_cost_usd,
        max(loaded_at) as loaded_at
    from estimates
    group by
        bill_group_key,
        cell_key,
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        meter,
        service_tier,
        context_tier,
        estimate_basis,
        list_unit_price_usd,
        contracted_unit_price_usd
)

select * from final
