with scores as (
    select * from {{ source('langfuse', 'scores') }}
),

final as (
    select
        -- ids
        id as score_id,
        name as score_name,
        -- when
        scores.timestamp as scored_at,
        -- what is scored
        nullif(coalesce(observation_id, observationid), '') as request_id,
        nullif(coalesce(session_id, sessionid), '') as session_id,
        nullif(coalesce(trace_id, traceid), '') as trace_id,
        -- how
        scores.value as score_value,
        coalesce(string_value, stringvalue) as score_text,
        lower(scores.source) as score_origin,
        -- audit
        {{ audit_columns() }}
    from scores
)

select * from final
