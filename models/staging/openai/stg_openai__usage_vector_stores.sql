with usage_vector_stores as (
    select * from {{ source('openai', 'usage_vector_stores') }}
),

final as (
    select
        {{ openai_usage_columns(dimensions=['project_id'], units={'vector_store_bytes': 'usage_bytes'}) }}
        -- audit
        {{ audit_columns() }}
    from usage_vector_stores
)

select * from final
