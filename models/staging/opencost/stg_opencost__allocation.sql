with allocation as (
    select * from {{ source('opencost', 'allocation') }}
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        allocation."window"."start" as bucket_start_at,
        allocation."window"."end" as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        -- who and what
        'self_hosted' as provider,
        coalesce(
            {{ batch_tag('account') }}, {{ json_value('properties', "'cluster'") }}, 'self_hosted'
        ) as billing_account_id,
        {{ json_value('properties', "'namespace'") }} as sub_account_id,
        name as api_key_id,
        -- quantities
        {{ units_object({
            'gpu_hours': 'gpu_hours',
            'cpu_core_hours': 'cpu_core_hours',
            'ram_byte_hours': 'ram_byte_hours',
        }) }} as other_units,
        -- money: the report's view of what a bill tells
        total_cost as reported_cost_usd,
        -- audit
        {{ audit_columns() }}
    from allocation
)

select * from final
