with series as (
    select * from {{ ref('spend_anomaly_series') }}
),

policies as (
    select * from {{ ref('dim_anomaly_policy') }}
),

known_events as (
    select * from {{ ref('dim_known_events') }}
),

-- The policy of the kind beats that for any kind.
governed as (
    select
        series.*,
        policies.min_history_days,
        policies.window_days,
        cast(policies.score_threshold as double) as score_threshold,
        cast(policies.min_relative_change as double) as min_relative_change,
        cast(policies.min_impact_usd as double) as min_impact_usd,
        cast(policies.min_impact_units as double) as min_impact_units
    from series
    left join policies
        on
            series.metric = policies.metric
            and (policies.series_kind is null or series.series_kind = policies.series_kind)
    where policies.metric is not null
    qualify row_number() over (
        partition by series.series_kind, series.series_key, series.metric, series.usage_date
        order by case when policies.series_kind is null then 1 else 0 end
    ) = 1
),

event_days as (
    select distinct
        governed.series_kind,
        governed.series_key,
        governed.metric,
        governed.usage_date
    from governed
    inner join known_events
        on
            governed.usage_date >= known_events.start_date
            and governed.usage_date < known_events.end_date
            and governed.series_kind = coalesce(known_events.series_kind, governed.series_kind)
            and governed.series_key = coalesce(known_events.series_key, governed.series_key)
            and governed.metric = coalesce(known_events.metric, governed.metric)
),

points as (
    select
        governed.series_kind,
        governed.series_key,
        governed.metric,
        governed.usage_date,
        {{ surrogate_key(['governed.series_kind', 'governed.series_key', 'governed.metric']) }}
            as series_id,
        {{ days_between("date '1970-01-01'", 'governed.usage_date') }} as position,
        {{ days_between("date '1970-01-01'", 'governed.first_date') }} as first_position,
        governed.actual as exact_actual,
        cast(governed.actual as double) as actual,
        cast(governed.usd_per_unit as double) as usd_per_unit,
        event_days.usage_date is not null as is_known_event,
        governed.min_history_days,
        governed.window_days,
        governed.score_threshold,
        governed.min_relative_change,
        governed.min_impact_usd,
        governed.min_impact_units
    from governed
    left join event_days
        on
            governed.series_kind = event_days.series_kind
            and governed.series_key = event_days.series_key
            and governed.metric = event_days.metric
            and governed.usage_date = event_days.usage_date
),

{{ anomaly_ctes('points') }},

final as (
    select
        -- dimensions
        usage_date,
        series_kind,
        series_key,
        metric,
        -- quantities
        exact_actual as actual,
        cast(expected as decimal(28,6)) as expected,
        cast(greatest(expected - half_width, 0) as decimal(28,6)) as lower,
        cast(expected + half_width as decimal(28,6)) as upper,
        case
            when score is not null
                then cast(least(greatest(score, -999999), 999999) as decimal(18,6))
        end as score,
        cast(season_factor as decimal(18,6)) as season_factor,
        cast(baseline_days as integer) as baseline_days,
        cast(flagged_in_run as integer) as flagged_in_run,
        cast(run_length as integer) as run_length,
        -- money
        -- a series that had nothing before has no worth of its own history: today's stands in
        cast((actual - expected) * coalesce(baseline_usd_per_unit, usd_per_unit, 0) as decimal(28,6)) as impact_usd,
        -- flags
        is_flagged,
        is_known_event
    from judged
)

select * from final
