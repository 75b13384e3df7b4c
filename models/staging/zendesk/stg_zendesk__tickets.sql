with tickets as (
    select * from {{ source('zendesk', 'tickets') }}
),

final as (
    select
        -- ids
        cast(id as varchar) as outcome_id,
        cast(group_id as varchar) as outcome_group,
        -- whose
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('team') }} as team,
        {{ batch_tag('product') }} as product,
        cast(organization_id as varchar) as customer_id,
        -- when
        updated_at as occurred_at,
        created_at as started_at,
        -- state: a merged ticket is resolved in the other one
        case
            when status = 'deleted' or coalesce(array_contains(tickets.tags, 'closed_by_merge'), false) then 'failed'
            when status in ('solved', 'closed') then 'succeeded'
            else 'open'
        end as status,
        -- quality
        cast(case satisfaction_rating.score when 'good' then 1 when 'bad' then 0 end as decimal(9,6)) as csat_score,
        -- links
        {{ custom_field('custom_fields', batch_tag('request_id_field')) }} as request_id,
        case
            when {{ batch_tag('session_id_field') }} is null then nullif(external_id, '')
            else {{ custom_field('custom_fields', batch_tag('session_id_field')) }}
        end as session_id,
        {{ custom_field('custom_fields', batch_tag('trace_id_field')) }} as trace_id,
        -- free columns
        {{ flat_object({'channel': 'via.channel', 'priority': 'priority', 'type': 'type'}) }} as tags,
        -- audit
        {{ audit_columns() }}
    from tickets
)

select * from final
