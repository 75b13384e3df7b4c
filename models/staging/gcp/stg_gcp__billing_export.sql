with billing_export as (
    select * from {{ source('gcp', 'billing_export') }}
),

net as (
    select
        *,
        cast(cost as decimal(28,12)) + {{ json_list_sum('credits', 'amount') }} as net_cost
    from billing_export
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        usage_start_time as bucket_start_at,
        case when usage_end_time > usage_start_time then usage_end_time else usage_start_time + interval 1 hour end
            as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        cast(try_strptime(invoice.month || '01', '%Y%m%d') as date) as billing_period_start_date,
        -- the table has no key: a later export of a usage day replaces it
        date_trunc('day', usage_start_time) as replaced_from_at,
        true as is_multi_part,
        -- who and what
        'google' as provider,
        billing_account_id,
        project.id as sub_account_id,
        location.region as region,
        case
            when cost_type = 'tax' then 'tax'
            when cost_type in ('adjustment', 'rounding_error') then 'adjustment'
            else 'usage'
        end as charge_category,
        case when adjustment_info is not null then 'correction' end as charge_class,
        'provider_reported' as cost_basis,
        sku.description as description,
        lower(concat_ws(' | ', service.description, sku.description)) as line_text,
        service.description as service_name,
        'focus.cost_and_usage' as pattern_set,
        -- quantities: tokens are counted
        usage.amount as quantity,
        case
            when usage.unit = 'count' and lower(sku.description) not like '%storage%' then 'tokens'
            else lower(usage.unit)
        end as unit,
        -- money, in billing currency
        upper(currency) as billing_currency,
        cast(net_cost as decimal(28,12)) as billed_cost,
        cast(net_cost as decimal(28,12)) as effective_cost,
        cast(cost_at_list as decimal(28,12)) as list_cost,
        {{ key_values_object('labels') }} as tags,
        -- audit
        {{ audit_columns() }}
    from net
)

select * from final
