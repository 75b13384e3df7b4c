-- What the series, the newcomers and the sessions found, with what is known about planned candidates.
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
        usage_date,
        series_kind,
        series_key,
        metric,
        series_key as series_name,
        actual,
        expected,
        lower,
        upper,
        score,
        direction,
        impact_usd,
        top_dimension,
        top_member,
        top_driver,
        baseline_days
    from findings
    union all
    select
        usage_date,
        series_kind,
        series_key,
        'cost' as metric,
        series_key as series_name,
        first_day_cost_usd as actual,
        0 as expected,
        0 as lower,
        0 as upper,
        null as score,
        'new' as direction,
        first_day_cost_usd as impact_usd,
        'use_case' as top_dimension,
        use_case as top_member,
        'volume' as top_driver,
        0 as baseline_days
    from newcomers
    union all
    select
        usage_date,
        'session' as series_kind,
        session_key as series_key,
        'cost' as metric,
        session_id as series_name,
        cost_usd as actual,
        expected_cost_usd as expected,
        0 as lower,
        upper_cost_usd as upper,
        score,
        'spike' as direction,
        cost_usd - expected_cost_usd as impact_usd,
        'use_case' as top_dimension,
        use_case as top_member,
        case
            when request_count / usual_request_count >= sqrt(cost_usd / expected_cost_usd)
                then 'volume'
            else 'tokens_per_request'
        end as top_driver,
        null as baseline_days
    from sessions
),

event_rows as (
    select distinct
        candidates.usage_date,
        candidates.series_kind,
        candidates.series_key,
        candidates.metric
    from candidates
    inner join known_events
        on
            candidates.usage_date >= known_events.start_date
            and candidates.usage_date < known_events.end_date
            and candidates.series_kind = coalesce(known_events.series_kind, candidates.series_kind)
            and candidates.series_key = coalesce(known_events.series_key, candidates.series_key)
            and candidates.metric = coalesce(known_events.metric, candidates.metric)
),

final as (
    select
        -- keys
        candidates.usage_date,
        candidates.series_kind,
        candidates.series_key,
        candidates.metric,
        -- quantities
        cast(candidates.actual as decimal(28,12)) as actual,
        cast(candidates.expected as decimal(28,12)) as expected,
        cast(candidates.lower as decimal(28,12)) as lower,
        cast(candidates.upper as decimal(28,12)) as upper,
        cast(candidates.score as decimal(18,6)) as score,
        candidates.direction,
        -- money
        cast(candidates.impact_usd as decimal(28,12)) as impact_usd,
        -- cause
        candidates.top_dimension,
        candidates.top_member,
        candidates.top_driver,
        -- flags
        event_rows.metric is not null as is_known_event,
        event_rows.metric is null
        and {{ days_between('candidates.usage_date', 'cast(as_of.data_as_of as date)') }} <= 7
            as is_open,
        -- detail
        {{ surrogate_key([
            'candidates.usage_date', 'candidates.series_kind', 'candidates.series_key',
            'candidates.metric',
        ]) }} as anomaly_key,
        candidates.series_name,
        cast(candidates.baseline_days as integer) as baseline_days
    from candidates
    cross join as_of
    left join event_rows
        on
            candidates.usage_date = event_rows.usage_date
            and candidates.series_kind = event_rows.series_kind
            and candidates.series_key = event_rows.series_key
            and candidates.metric = event_rows.metric
)

select * from final
