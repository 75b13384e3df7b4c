with usage_embeddings as (
    select * from {{ source('openai', 'usage_embeddings') }}
),

final as (
    select
        {{ openai_usage_columns(requests='num_model_requests', input_tokens='input_tokens') }}
        -- audit
        {{ audit_columns() }}
    from usage_embeddings
)

select * from final
