-- Charges of bills that the rules of charge_patterns (attribute scope) take for no AI: out of all facts, and shown here.
with charges as (
    select * from {{ ref('int_charges__latest') }}
    where line_text is not null and not is_empty_bucket
),

line_items as (
    select * from {{ ref('int_charges__line_items') }}
    where scope <> 'ai'
),

final as (
    select
        {{ surrogate_key([
            'charges.source', 'charges.stream', 'charges.provider', 'charges.billing_account_id',
            "date_trunc('month', charges.usage_date)", 'charges.service_name', 'charges.billing_currency'
        ]) }} as out_of_scope_key,
        -- whose
        charges.source,
        charges.stream,
        charges.provider,
        charges.billing_account_id,
        cast(date_trunc('month', charges.usage_date) as date) as usage_month,
        charges.service_name,
        -- how much
        count(*) as charge_count,
        charges.billing_currency,
        cast(sum(charges.billed_cost) as decimal(28,12)) as billed_cost,
        cast(sum(charges.effective_cost) as decimal(28,12)) as effective_cost
    from charges
    inner join line_items
        on
            charges.source = line_items.source
            and charges.stream = line_items.stream
            and charges.provider = line_items.provider
            and charges.line_text = line_items.line_text
    group by
        charges.source,
        charges.stream,
        charges.provider,
        charges.billing_account_id,
        date_trunc('month', charges.usage_date),
        charges.service_name,
        charges.billing_currency
)

select * from final
