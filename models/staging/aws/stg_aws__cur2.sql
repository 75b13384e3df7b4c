with cur2 as (
    select * from {{ source('aws', 'cur2') }}
),

net as (
    select
        *,
        coalesce(line_item_net_unblended_cost, line_item_unblended_cost) as cost,
        lower(line_item_line_item_type) as line_type
    from cur2
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when; fees and taxes may be for an instant
        line_item_usage_start_date as bucket_start_at,
        case
            when line_item_usage_end_date > line_item_usage_start_date then line_item_usage_end_date
            else line_item_usage_start_date + interval 1 hour
        end as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        cast(bill_billing_period_start_date as date) as billing_period_start_date,
        bill_billing_period_start_date as replaced_from_at,
        true as is_multi_part,
        -- who and what
        'aws' as provider,
        bill_payer_account_id as billing_account_id,
        line_item_usage_account_id as sub_account_id,
        {{ json_value('product', "'region'") }} as region,
        case
            when line_type in ('fee', 'rifee', 'savingsplanrecurringfee', 'savingsplanupfrontfee') then 'purchase'
            when line_type = 'tax' then 'tax'
            when line_type in ('credit', 'refund') then 'credit'
            when line_type like '%discount' and line_type <> 'discountedusage' then 'adjustment'
            else 'usage'
        end as charge_category,
        case when bill_invoice_id is not null then 'invoiced' else 'provider_reported' end as cost_basis,
        line_item_line_item_description as description,
        lower(concat_ws(
            ' | ', line_item_product_code, {{ json_value('product', "'product_name'") }}, line_item_usage_type,
            line_item_line_item_description
        )) as line_text,
        coalesce({{ json_value('product', "'product_name'") }}, line_item_product_code) as service_name,
        'focus.cost_and_usage' as pattern_set,
        -- quantities
        line_item_usage_amount as quantity,
        {{ aws_unit('pricing_unit', 'line_item_usage_type') }} as unit,
        -- money, in billing currency
        upper(line_item_currency_code) as billing_currency,
        cast(cost as decimal(28,12)) as billed_cost,
        cast(cost as decimal(28,12)) as effective_cost,
        cast(pricing_public_on_demand_cost as decimal(28,12)) as list_cost,
        bill_invoice_id as invoice_id,
        nullif(resource_tags, '{}') as tags,
        -- audit
        {{ audit_columns() }}
    from net
)

select * from final
