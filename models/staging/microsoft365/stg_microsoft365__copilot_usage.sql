with copilot_usage as (
    select * from {{ source('microsoft365', 'copilot_usage') }}
),

final as (
    select
        -- when
        report_refresh_date as seat_date,
        -- who and what
        'microsoft365_copilot' as provider,
        coalesce({{ batch_tag('account') }}, 'microsoft365_copilot') as billing_account_id,
        'microsoft_365_copilot' as product,
        user_principal_name as user_id,
        {{ batch_tag('team') }} as team,
        -- states
        cast(last_activity_date as timestamp) as last_activity_at,
        -- audit
        {{ audit_columns() }}
    from copilot_usage
)

select * from final
