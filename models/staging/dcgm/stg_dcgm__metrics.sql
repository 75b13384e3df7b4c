with metrics as (
    select * from {{ source('dcgm', 'metrics') }}
),

final as (
    select
        {{ prometheus_columns('dcgm') }}
        -- audit
        {{ audit_columns() }}
    from metrics
)

select * from final
