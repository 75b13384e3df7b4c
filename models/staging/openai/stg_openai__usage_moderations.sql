with usage_moderations as (
    select * from {{ source('openai', 'usage_moderations') }}
),

final as (
    select
        {{ openai_usage_columns(requests='num_model_requests', input_tokens='input_tokens') }}
        -- audit
        {{ audit_columns() }}
    from usage_moderations
)

select * from final
