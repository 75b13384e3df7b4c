with known_events as (
    select * from {{ ref('known_events') }}
),

final as (
    select
        event_id,
        start_date,
        end_date,
        series_kind,
        series_key,
        metric,
        description
    from known_events
)

select * from final
