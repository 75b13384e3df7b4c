with focus as (
    select * from {{ source('aws', 'focus') }}
),

final as (
    select
        {{ focus_columns(provider="'aws'", line_texts=['x_usage_type'], unit=aws_unit('pricing_unit', 'x_usage_type'), quantity='pricing_quantity') }}
        -- audit
        {{ audit_columns() }}
    from focus
)

select * from final
