with charges as (
    select * from {{ source('custom', 'charges') }}
),

final as (
    select
        -- keys
        charge_id,
        -- when
        cast(charge_date as timestamp) as bucket_start_at,
        cast(charge_date + interval 1 day as timestamp) as bucket_end_at,
        false as is_empty_bucket,
        billing_period_start as billing_period_start_date,
        -- who and what
        lower(provider) as provider,
        coalesce(billing_account_id, {{ batch_tag('account') }}, lower(provider)) as billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        meter,
        lower(service_tier) as service_tier,
        lower(coalesce(charge_category, 'usage')) as charge_category,
        lower(charge_class) as charge_class,
        case when invoice_id is not null then 'invoiced' else 'provider_reported' end as cost_basis,
        description,
        -- quantities
        quantity,
        -- a token meter counts tokens unless the export says otherwise
        coalesce(lower(unit), case when right(meter, 7) = '_tokens' then 'tokens' end) as unit,
        -- money, in billing currency
        upper(currency) as billing_currency,
        billed_cost,
        coalesce(effective_cost, billed_cost) as effective_cost,
        list_cost,
        invoice_id,
        tags,
        -- audit
        {{ audit_columns() }}
    from charges
)

select * from final
