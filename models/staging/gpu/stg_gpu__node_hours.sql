with node_hours as (
    select * from {{ source('gpu', 'node_hours') }}
),

final as (
    select
        -- keys
        {{ surrogate_key(['cluster', 'node', 'node_hours.date', 'cost_kind']) }} as charge_id,
        -- when
        cast(node_hours.date as timestamp) as bucket_start_at,
        cast({{ dbt.dateadd('day', 1, 'node_hours.date') }} as timestamp) as bucket_end_at,
        false as is_empty_bucket,
        -- who and what
        'self_hosted' as provider,
        cluster as billing_account_id,
        node as sub_account_id,
        -- what for: the hours are the hardware's, the other kinds of cost come on top of them
        case when cost_kind in ('hardware', 'rent') then 'gpu_hours' else 'gpu_' || cost_kind end as meter,
        'usage' as charge_category,
        'provider_reported' as cost_basis,
        coalesce(gpu_model || ' ', '') || cost_kind as description,
        cast(hours * cast(gpu_count as decimal(9,0)) as decimal(28,12)) as quantity,
        'gpu_hours' as unit,
        -- money: nothing where a bill holds it
        coalesce(currency, 'USD') as billing_currency,
        coalesce(cost, 0) as billed_cost,
        coalesce(cost, 0) as effective_cost,
        list_cost,
        {{ flat_object({'team': 'team'}) }} as tags,
        -- audit
        {{ audit_columns() }}
    from node_hours
)

select * from final
