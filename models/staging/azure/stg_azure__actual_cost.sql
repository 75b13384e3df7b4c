with actual_cost as (
    select * from {{ source('azure', 'actual_cost') }}
),

final as (
    select
        -- what a commitment costs by its use is in the amortised view
        {{ azure_cost_columns(
            billed='cost', told_by_stream="case when " ~ azure_is_committed() ~ " then 'azure.amortized_cost' end"
        ) }}
        -- audit
        {{ audit_columns() }}
    from actual_cost
)

select * from final
