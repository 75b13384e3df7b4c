with cost_report as (
    select * from {{ source('anthropic', 'cost_report') }}
),

amounts as (
    select
        *,
        -- cents; a division would give a double
        cast(amount * cast(0.01 as decimal(3,2)) as decimal(28,12)) as cost
    from cost_report
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        starting_at as bucket_start_at,
        ending_at as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        -- who and what
        'anthropic' as provider,
        coalesce({{ batch_tag('account') }}, 'anthropic') as billing_account_id,
        {{ anthropic_workspace('workspace_id') }} as sub_account_id,
        model,
        {{ anthropic_meter('cost_type', 'token_type') }} as meter,
        {{ inference_region('inference_geo') }} as region,
        case when service_tier is not null then {{ canonical_service_tier('service_tier') }} end as service_tier,
        case when context_window is not null then {{ anthropic_context_tier('context_window') }} end as context_tier,
        case when amount < 0 then 'credit' else 'usage' end as charge_category,
        'provider_reported' as cost_basis,
        description,
        -- money, in billing currency
        upper(currency) as billing_currency,
        cost as billed_cost,
        cost as effective_cost,
        -- audit
        {{ audit_columns() }}
    from amounts
)

select * from final
