with budgets as (
    select * from {{ source('litellm', 'budgets') }}
),

final as (
    select
        -- ids
        budget_id,
        coalesce(lower(nullif(scope, '')), '__unknown__') as budget_scope,
        coalesce(nullif(scope_id, ''), scope_user) as scope_id,
        -- limits
        max_budget as max_budget_usd,
        soft_budget as soft_budget_usd,
        budget_duration as period,
        budget_reset_at as resets_at,
        spend as spend_usd,
        tpm_limit as tokens_per_minute,
        rpm_limit as requests_per_minute,
        created_at as valid_from,
        -- audit
        {{ audit_columns() }}
    from budgets
)

select * from final
