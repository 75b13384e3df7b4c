with copilot_seats as (
    select * from {{ source('github', 'copilot_seats') }}
),

final as (
    select
        -- when
        {{ snapshot_date() }} as seat_date,
        -- who and what
        'github_copilot' as provider,
        coalesce({{ batch_tag('account') }}, organization.login, 'github_copilot') as billing_account_id,
        organization.login as sub_account_id,
        coalesce(plan_type, 'unknown') as product,
        assignee.login as user_id,
        coalesce({{ batch_tag('team') }}, assigning_team.slug, assigning_team.name) as team,
        -- states
        created_at as assigned_at,
        cast(pending_cancellation_date as timestamp) as ends_at,
        last_activity_at,
        -- audit
        {{ audit_columns() }}
    from copilot_seats
)

select * from final
