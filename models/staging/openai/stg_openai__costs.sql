with costs as (
    select * from {{ source('openai', 'costs') }}
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
        -- a negative amount is a credit
        case when amount.value < 0 then 'credit' else 'usage' end as charge_category,
        'provider_reported' as cost_basis,
        line_item as description,
        lower(line_item) as line_text,
        -- quantities
        quantity,
        quantity_unit as unit,
        -- money, in billing currency
        upper(amount.currency) as billing_currency,
        amount.value as billed_cost,
        amount.value as effective_cost,
        -- audit
        {{ audit_columns() }}
    from costs
)

select * from final
