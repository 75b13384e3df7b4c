with costs as (
    select * from {{ source('openai', 'costs') }}
),

line_items as (
    select
        *,
        {{ openai_line_item_text('line_item') }} as line_item_text
    from costs
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        {{ epoch_to_timestamp('start_time') }} as bucket_start_at,
        {{ epoch_to_timestamp('end_time') }} as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        -- who and what
        'openai' as provider,
        coalesce({{ batch_tag('account') }}, 'openai') as billing_account_id,
        project_id as sub_account_id,
        api_key_id,
        {{ openai_line_item_model('line_item') }} as model,
        {{ openai_line_item_meter('line_item_text') }} as meter,
        case
            when lower(line_item) like '%batch%' then 'batch'
            when line_item_text like '%flex%' then 'flex'
            when line_item_text like '%priority%' then 'priority'
        end as service_tier,
        -- a negative amount is a credit
        case when amount.value < 0 then 'credit' else 'usage' end as charge_category,
        'provider_reported' as cost_basis,
        line_item as description,
        -- quantities
        case
            when quantity_unit = '1000_tokens' then cast(quantity * 1000 as decimal(28,12))
            else quantity
        end as quantity,
        case when quantity_unit = '1000_tokens' then 'tokens' else quantity_unit end as unit,
        -- money, in billing currency
        upper(amount.currency) as billing_currency,
        amount.value as billed_cost,
        amount.value as effective_cost,
        -- audit
        {{ audit_columns() }}
    from line_items
)

select * from final
