with analytics_cost as (
    select * from {{ source('anthropic', 'analytics_cost') }}
),

amounts as (
    select
        *,
        -- cents; a division would give a double
        cast(analytics_cost.cost.amount * cast(0.01 as decimal(3,2)) as decimal(28,12)) as charged,
        cast(analytics_cost.cost.list_amount * cast(0.01 as decimal(3,2)) as decimal(28,12)) as charged_at_list
    from analytics_cost
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        starting_at as bucket_start_at,
        ending_at as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        data_refreshed_at as data_reaches_at,
        -- who and what
        'anthropic' as provider,
        coalesce({{ batch_tag('account') }}, 'anthropic') as billing_account_id,
        grouped.workspace_id as sub_account_id,
        coalesce(grouped.api_key_id, grouped.actor.api_key_id) as api_key_id,
        grouped.model as model,
        {{ anthropic_meter('grouped.cost_type', 'grouped.token_type') }} as meter,
        {{ inference_region('grouped.inference_geo') }} as region,
        {{ anthropic_service_tier('grouped.speed', 'grouped.service_tier') }} as service_tier,
        case
            when grouped.context_window is not null then {{ anthropic_context_tier('grouped.context_window') }}
        end as context_tier,
        case when amounts.cost.amount < 0 then 'credit' else 'usage' end as charge_category,
        'provider_reported' as cost_basis,
        grouped.product as description,
        -- money, in billing currency
        upper(amounts.cost.currency) as billing_currency,
        charged as billed_cost,
        charged as effective_cost,
        charged_at_list as list_cost,
        -- audit
        {{ audit_columns() }}
    from amounts
)

select * from final
