with keys as (
    select * from {{ source('litellm', 'keys') }}
),

final as (
    select
        -- ids
        token as api_key_id,
        coalesce(nullif(key_alias, ''), key_name) as key_name,
        {{ batch_tag('provider') }} as provider,
        {{ batch_tag('account') }} as billing_account_id,
        -- whose
        nullif(team_id, '') as team,
        user_id,
        -- while
        created_at,
        expires as expires_at,
        not coalesce(blocked, false) as is_active,
        -- for what
        nullif(models, '[]') as allowed_models,
        nullif(metadata, '{}') as tags,
        -- audit
        {{ audit_columns() }}
    from keys
)

select * from final
