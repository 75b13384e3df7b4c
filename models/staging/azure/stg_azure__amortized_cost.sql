with amortized_cost as (
    select * from {{ source('azure', 'amortized_cost') }}
),

final as (
    select
        -- lines that no commitment covers are those of the actual view again
        {{ azure_cost_columns(
            billed='0', told_by_stream="case when not " ~ azure_is_committed() ~ " then 'azure.actual_cost' end"
        ) }}
        -- audit
        {{ audit_columns() }}
    from amortized_cost
)

select * from final
