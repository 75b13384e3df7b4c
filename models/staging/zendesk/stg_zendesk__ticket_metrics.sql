with ticket_metrics as (
    select * from {{ source('zendesk', 'ticket_metrics') }}
),

final as (
    select
        -- ids
        cast(ticket_id as varchar) as outcome_source_id,
        -- measures
        solved_at,
        reopens as reopen_count,
        replies as reply_count,
        cast(reply_time_in_minutes.calendar as decimal(18,6)) as first_reply_minutes,
        cast(full_resolution_time_in_minutes.calendar as decimal(18,6)) as full_resolution_minutes,
        -- audit
        {{ audit_columns() }}
    from ticket_metrics
)

select * from final
