with kpi_values as (
    select * from {{ ref('int_kpi_values__latest') }}
),

final as (
    select
        record_key as kpi_value_key,
        use_case,
        kpi,
        period_start_date,
        period_end_date,
        value,
        unit,
        customer_id,
        product,
        _loaded_at as loaded_at
    from kpi_values
)

select * from final
