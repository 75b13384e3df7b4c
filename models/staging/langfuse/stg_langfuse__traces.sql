with traces as (
    select * from {{ source('langfuse', 'traces') }}
),

final as (
    select
        -- ids: a root observation may have the id of its trace
        'trace:' || id as request_id,
        coalesce({{ batch_tag('source_system') }}, 'langfuse') as source_system,
        'latest' as merge_rule,
        nullif(coalesce(session_id, sessionid), '') as session_id,
        id as trace_id,
        'trace' as span_role,
        -- when
        traces.timestamp as started_at,
        -- who and what
        coalesce({{ batch_tag('provider') }}, '__unknown__') as provider,
        {{ batch_tag('account') }} as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        'agent_step' as activity,
        'success' as status,
        false as is_gateway_cache_hit,
        coalesce(user_id, userid) as user_id,
        -- stated owner; tags of the caller count where seed trusted_tags says so
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        coalesce({{ batch_tag('environment') }}, nullif(environment, 'default')) as environment,
        coalesce({{ batch_tag('feature') }}, nullif(name, '')) as feature,
        {{ tags_object('tags', 'cast(null as varchar)') }} as tags,
        -- audit
        {{ audit_columns() }}
    from traces
)

select * from final
