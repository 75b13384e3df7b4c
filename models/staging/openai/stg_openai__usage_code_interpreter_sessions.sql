with usage_code_interpreter_sessions as (
    select * from {{ source('openai', 'usage_code_interpreter_sessions') }}
),

final as (
    select
        {{ openai_usage_columns(dimensions=['project_id'], units={'code_interpreter_sessions': 'num_sessions'}) }}
        -- audit
        {{ audit_columns() }}
    from usage_code_interpreter_sessions
)

select * from final
