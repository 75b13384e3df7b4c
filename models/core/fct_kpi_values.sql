select
    cast(null as varchar) as kpi_value_key,
    cast(null as varchar) as use_case,
    cast(null as varchar) as kpi,
    cast(null as date) as period_start_date,
    cast(null as date) as period_end_date,
    cast(null as decimal(28,12)) as value,
    cast(null as varchar) as unit,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as product,
    cast(null as timestamp) as loaded_at
where false
