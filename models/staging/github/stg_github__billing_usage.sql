with billing_usage as (
    select * from {{ source('github', 'billing_usage') }}
),

days as (
    select
        *,
        cast(date_trunc('day', billing_usage.date) as timestamp) as starts_at,
        cast(date_trunc('month', billing_usage.date) as date) as month_start_date
    from billing_usage
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        starts_at as bucket_start_at,
        cast({{ dbt.dateadd('day', 1, 'starts_at') }} as timestamp) as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        -- who and what
        'github_copilot' as provider,
        coalesce({{ batch_tag('account') }}, organization_name, 'github_copilot') as billing_account_id,
        organization_name as sub_account_id,
        nullif(model, '') as model,
        -- what for: seats are bought, all else is used
        case when lower(unit_type) like '%user%month%' then 'purchase' else 'usage' end as charge_category,
        'provider_reported' as cost_basis,
        sku || coalesce(' ' || model, '') || coalesce(' in ' || nullif(repository_name, ''), '') as description,
        lower(product || ' ' || sku || coalesce(' ' || unit_type, '') || coalesce(' ' || model, '')) as line_text,
        product as service_name,
        quantity,
        coalesce(lower(unit_type), 'units') as unit,
        -- money: what the plan includes is a discount
        'USD' as billing_currency,
        net_amount as billed_cost,
        net_amount as effective_cost,
        gross_amount as list_cost,
        month_start_date as billing_period_start_date,
        -- audit
        {{ audit_columns() }}
    from days
)

select * from final
