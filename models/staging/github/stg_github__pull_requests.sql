with pull_requests as (
    select * from {{ source('github', 'pull_requests') }}
),

final as (
    select
        -- ids
        base.repo.full_name || '#' || cast(number as varchar) as outcome_id,
        base.repo.full_name as outcome_group,
        -- whose
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('team') }} as team,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('customer_id') }} as customer_id,
        -- when
        coalesce(merged_at, closed_at, updated_at, created_at) as occurred_at,
        created_at as started_at,
        reverted_at,
        -- state: closed without a merge is a failed attempt
        case
            when reverted_at is not null then 'reverted'
            when merged_at is not null then 'succeeded'
            when state = 'closed' then 'failed'
            else 'open'
        end as status,
        'ai_assisted' as handled_by,
        -- audit
        {{ audit_columns() }}
    from pull_requests
)

select * from final
