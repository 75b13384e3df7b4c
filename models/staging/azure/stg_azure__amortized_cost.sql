with amortized_cost as (
    select * from {{ source('azure', 'amortized_cost') }}
),

final as (
    select
        -- lines that no commitment covers are those of the actual view again
        {{ azure_cost_columns(
            billed='0',
            effective="case when lower(pricing_model) in ('reservation', 'savingsplan') then cost else 0 end"
        ) }}
        -- audit
        {{ audit_columns() }}
    from amortized_cost
)

select * from final
