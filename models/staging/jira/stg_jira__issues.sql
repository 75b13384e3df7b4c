with issues as (
    select * from {{ source('jira', 'issues') }}
),

final as (
    select
        -- ids: the key changes when an issue moves, the id does not
        id as outcome_id,
        fields.project.key as outcome_group,
        -- whose
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('team') }} as team,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('customer_id') }} as customer_id,
        -- when
        coalesce(fields.resolutiondate, fields.updated) as occurred_at,
        fields.created as started_at,
        -- state
        case
            when fields.status.statuscategory.key <> 'done' then 'open'
            when
                replace(lower(fields.resolution.name), '’', '''') in (
                    'won''t do', 'won''t fix', 'duplicate', 'cannot reproduce', 'declined', 'rejected', 'incomplete',
                    'invalid', 'not a bug', 'obsolete', 'abandoned', 'canceled', 'cancelled'
                ) then 'failed'
            else 'succeeded'
        end as status,
        -- links
        {{ json_value('_extra', batch_tag('request_id_field')) }} as request_id,
        {{ json_value('_extra', batch_tag('session_id_field')) }} as session_id,
        {{ json_value('_extra', batch_tag('trace_id_field')) }} as trace_id,
        -- free columns
        {{ flat_object({
            'issue_key': 'key',
            'issue_type': 'fields.issuetype.name',
            'resolution': 'fields.resolution.name',
        }) }} as tags,
        -- audit
        {{ audit_columns() }}
    from issues
)

select * from final
