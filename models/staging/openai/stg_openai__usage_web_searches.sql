with usage_web_searches as (
    select * from {{ source('openai', 'usage_web_searches') }}
),

final as (
    select
        {{ openai_usage_columns(units={'web_search_requests': 'num_requests'}) }}
        -- audit
        {{ audit_columns() }}
    from usage_web_searches
)

select * from final
