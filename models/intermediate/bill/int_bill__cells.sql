-- Bill cells in the days of this run: charges of one grain netted with their corrections. Only usage is spread over
-- requests; tax, credits and purchases keep lines of their own.
with charges as (
    select * from {{ ref('int_charges__counted') }}
),

keyed as (
    select
        {{ cell_key('charges') }} as cell_key,
        {{ identity_key('charges') }} as identity_key,
        *
    from charges
),

final as (
    select
        cell_key,
        min(identity_key) as identity_key,
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        meter,
        service_tier,
        context_tier,
        charge_category,
        cost_basis,
        billing_currency,
        cast(sum(case when unit = 'tokens' then quantity end) as decimal(28,12)) as billed_tokens,
        cast(sum({{ to_usd('effective_cost', 'billing_currency') }}) as decimal(28,12)) as effective_cost_usd,
        cast(sum({{ to_usd('billed_cost', 'billing_currency') }}) as decimal(28,12)) as billed_cost_usd
    from keyed
    group by
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
        charge_category,
        cost_basis,
        billing_currency
)

select * from final
