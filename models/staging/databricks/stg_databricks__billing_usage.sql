with billing_usage as (
    select * from {{ source('databricks', 'billing_usage') }}
),

priced as (
    select
        *,
        cast(usage_quantity * cast(list_price as decimal(18,10)) as decimal(28,12)) as cost,
        cast(date_trunc('month', usage_start_time) as date) as month_start_date
    from billing_usage
),

final as (
    select
        -- keys: corrections are records of their own, so every record has its id
        record_id as charge_id,
        -- when
        usage_start_time as bucket_start_at,
        usage_end_time as bucket_end_at,
        false as is_empty_bucket,
        -- who and what
        'databricks' as provider,
        coalesce({{ batch_tag('account') }}, account_id, 'databricks') as billing_account_id,
        workspace_id as sub_account_id,
        usage_metadata.endpoint_name as api_key_id,
        -- what for
        'usage' as charge_category,
        case when record_type in ('RETRACTION', 'RESTATEMENT') then 'correction' end as charge_class,
        'provider_reported' as cost_basis,
        sku_name || coalesce(' ' || usage_metadata.endpoint_name, '') as description,
        lower(billing_origin_product || ' ' || sku_name || coalesce(' ' || usage_type, '')) as line_text,
        billing_origin_product as service_name,
        usage_quantity as quantity,
        lower(usage_unit) as unit,
        -- money: at list price; a discount is on the invoice
        coalesce(currency_code, 'USD') as billing_currency,
        cost as billed_cost,
        cost as effective_cost,
        cost as list_cost,
        month_start_date as billing_period_start_date,
        nullif(custom_tags, '{}') as tags,
        -- audit
        {{ audit_columns() }}
    from priced
)

select * from final
