with usage_file_searches as (
    select * from {{ source('openai', 'usage_file_searches') }}
),

final as (
    select
        {{ openai_usage_columns(dimensions=['project_id', 'user_id', 'api_key_id'], units={'file_search_requests': 'num_requests'}) }}
        -- audit
        {{ audit_columns() }}
    from usage_file_searches
)

select * from final
