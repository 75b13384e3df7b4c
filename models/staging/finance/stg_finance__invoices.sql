with invoices as (
    select * from {{ source('finance', 'invoices') }}
),

final as (
    select
        -- ids
        invoice_id,
        line_number,
        -- whose
        lower(provider) as provider,
        coalesce(billing_account_id, {{ batch_tag('account') }}) as billing_account_id,
        -- when
        invoice_date,
        due_date,
        period_start_date,
        cast(period_end_date + interval 1 day as date) as period_end_date,
        -- what
        lower(coalesce(charge_category, 'usage')) as charge_category,
        description,
        lower(coalesce(status, 'open')) as status,
        purchase_order,
        -- money, in currency
        amount,
        coalesce(tax_amount, 0) as tax_amount,
        coalesce(is_tax_recoverable, true) as is_tax_recoverable,
        upper(currency) as currency,
        exchange_rate,
        upper(coalesce(settlement_currency, currency)) as settlement_currency,
        -- audit
        {{ audit_columns() }}
    from invoices
)

select * from final
