with spend as (
    select * from {{ source('cursor', 'spend') }}
),

cycles as (
    select
        *,
        {{ nanos_to_timestamp('subscription_cycle_start * 1000000') }} as starts_at
    from spend
),

final as (
    select
        -- ids
        email || '|' || cast(starts_at as varchar) as budget_id,
        'user' as budget_scope,
        email as scope_id,
        -- limits: 0 means none of the member's own
        coalesce(nullif(hard_limit_override_dollars, 0), nullif(monthly_limit_dollars, 0)) as max_budget_usd,
        '1mo' as period,
        cast({{ dbt.dateadd('month', 1, 'starts_at') }} as timestamp) as resets_at,
        cast(spend_cents * cast(0.01 as decimal(3,2)) as decimal(28,12)) as spend_usd,
        starts_at as valid_from,
        -- audit
        {{ audit_columns() }}
    from cycles
)

select * from final
