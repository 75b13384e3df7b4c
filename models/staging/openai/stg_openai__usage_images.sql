with usage_images as (
    select * from {{ source('openai', 'usage_images') }}
),

final as (
    select
        {{ openai_usage_columns(requests='num_model_requests', units={'images': 'images'}) }}
        -- audit
        {{ audit_columns() }}
    from usage_images
)

select * from final
