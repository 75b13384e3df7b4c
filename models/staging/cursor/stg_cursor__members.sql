with members as (
    select * from {{ source('cursor', 'members') }}
),

days as (
    select
        *,
        {{ snapshot_date() }} as snapshot_date
    from members
),

final as (
    select
        -- when
        snapshot_date as seat_date,
        -- who and what
        'cursor' as provider,
        coalesce({{ batch_tag('account') }}, 'cursor') as billing_account_id,
        'cursor' as product,
        email as user_id,
        {{ batch_tag('team') }} as team,
        -- states: a member who has left holds no seat from the day of the pull on
        case when is_removed then cast(snapshot_date as timestamp) end as ends_at,
        role,
        -- audit
        {{ audit_columns() }}
    from days
)

select * from final
