with metrics as (
    select * from {{ source('vllm', 'metrics') }}
),

final as (
    select
        {{ prometheus_columns('vllm') }}
        -- audit
        {{ audit_columns() }}
    from metrics
)

select * from final
