with actual_cost as (
    select * from {{ source('azure', 'actual_cost') }}
),

final as (
    select
        -- what a commitment costs by its use is in the amortised view
        {{ azure_cost_columns(
            billed='cost',
            effective="case when lower(pricing_model) in ('reservation', 'savingsplan') then 0 else cost end"
        ) }}
        -- audit
        {{ audit_columns() }}
    from actual_cost
)

select * from final
