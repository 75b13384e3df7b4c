-- One record per attempt, chained to its logical call. Working set of this run: the days to rebuild and, so that calls
-- across midnight are whole, the days they are linked to.
{% set left_out = ['attempt_number', 'merge_rule'] %}

with matched as (
    select * from {{ ref('int_requests__matched') }}
),

called as (
    select
        *,
        coalesce(
            logical_call_id, case when attempt_number > 1 then parent_request_id end, request_id
        ) as call_id
    from matched
    where not is_superseded
),

attempts as (
    select
        *,
        {{ surrogate_key(['source_system', 'call_id']) }} as logical_request_key
    from called
),

final as (
    select
        -- keys
        request_key,
        logical_request_key,
        cast(row_number() over (
            partition by logical_request_key
            order by coalesce(attempt_number, 1), started_at, request_key
        ) as integer) as attempt_number,
        row_number() over (
            partition by logical_request_key
            order by coalesce(attempt_number, 1) desc, started_at desc, request_key desc
        ) = 1 as is_final_attempt,
        case
            when session_id is not null then {{ surrogate_key(['source_system', 'session_id']) }}
        end as session_key,
        -- carried columns
        {% for column in canonical_columns('requests') | map(attribute='name') if column not in left_out %}
        {{ column }},
        {% endfor %}
        source,
        stream,
        usage_date,
        loaded_at
    from attempts
)

select * from final
