with links as (
    select * from {{ source('custom', 'links') }}
),

final as (
    select
        outcome_id,
        request_id,
        session_id,
        trace_id,
        weight,
        confidence,
        -- audit
        {{ audit_columns() }}
    from links
)

select * from final
