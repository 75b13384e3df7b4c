-- What the series, the newcomers and the sessions found, with what is known about planned events.
with findings as (
    select * from {{ ref('spend_anomaly_findings') }}
),

newcomers as (
    select * from {{ ref('spend_anomaly_newcomers') }}
),

sessions as (
    select * from {{ ref('spend_anomaly_sessions') }}
),

known_events as (
    select * from {{ ref('dim_known_events') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

candidates as (
    select
        usage_date, series_kind, series_key, metric, series_key as series_name, actual, expected, lower, upper, score,
        direction, impact_usd, top_dimension, top_member, top_driver, baseline_days
    from findings
    union all
    select
        usage_date, series_kind, series_key, 'cost' as metric, series_key as series_name,
        first_day_cost_usd as actual, 0 as expected, 0 as lower, 0 as upper, null as score,
        'new' as direction, first_day_cost_usd as impact_usd,
        'use_case' as top_dimension, use_case as top_member, 'volume' as top_driver, 0 as baseline_days
    from newcomers
    union all
    select
        usage_date, 'session' as series_kind, session_key as series_key, 'cost' as metric, session_id as series_name,
        cost_usd as actual, expected_cost_usd as expected, 0 as lower, upper_cost_usd as upper, score,
        'spike' as direction, cost_usd - expected_cost_usd as impact_usd,
        'use_case' as top_dimension, use_case as top_member,
        case
            when request_count / usual_request_count >= sqrt(cost_usd / expected_cost_usd) then 'volume'
            else 'tokens_per_request'
        end as top_driver, null as baseline_days
    from sessions
),

events as (
    select
        candidates.*,
        exists (
            select 1 from known_events
            where
                candidates.usage_date >= known_events.start_date
                and candidates.usage_date < known_events.end_date
                and candidates.series_kind = coalesce(known_events.series_kind, candidates.series_kind)
                and candidates.series_key = coalesce(known_events.series_key, candidates.series_key)
                and candidates.metric = coalesce(known_events.metric, candidates.metric)
        ) as is_known_event
    from candidates
),

final as (
    select
        -- keys
        events.usage_date,
        events.series_kind,
        events.series_key,
        events.metric,
        -- quantities
        cast(events.actual as decimal(28,12)) as actual,
        cast(events.expected as decimal(28,12)) as expected,
        cast(events.lower as decimal(28,12)) as lower,
        cast(events.upper as decimal(28,12)) as upper,
        cast(events.score as decimal(18,6)) as score,
        events.direction,
        -- money
        cast(events.impact_usd as decimal(28,12)) as impact_usd,
        -- cause
        events.top_dimension,
        events.top_member,
        events.top_driver,
        -- flags
        events.is_known_event,
        not events.is_known_event
        and {{ days_between('events.usage_date', 'cast(as_of.data_as_of as date)') }} <= 7 as is_open,
        -- detail
        {{ surrogate_key(['events.usage_date', 'events.series_kind', 'events.series_key', 'events.metric']) }} as anomaly_key,
        events.series_name,
        cast(events.baseline_days as integer) as baseline_days
    from events
    cross join as_of
)

select * from final
