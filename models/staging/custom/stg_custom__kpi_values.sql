with kpi_values as (
    select * from {{ source('custom', 'kpi_values') }}
),

final as (
    select
        use_case,
        kpi,
        period_start as period_start_date,
        period_end as period_end_date,
        value,
        unit,
        customer_id,
        product,
        -- audit
        {{ audit_columns() }}
    from kpi_values
)

select * from final
