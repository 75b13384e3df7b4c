{#
  Scores any set of series: a chain of CTEs that ends in `judged` (write it after a CTE that holds the points).

  Argument points: name of a relation with series_id (text), position (integer, no gaps within a series), first_position,
  actual (double or null), usd_per_unit (double or null: what one unit of actual is worth), is_known_event (boolean) and
  the policy of the series: min_history_days, window_days (integer), score_threshold, min_relative_change,
  min_impact_usd, min_impact_units (double). season: points per cycle, 7 for days of a week, 1 for none.

  `judged` adds to each point: season_factor, expected, half_width (of the bound), score (deviation in units of
  half_width / score_threshold; null without history), baseline_days, baseline_usd_per_unit, is_flagged, and for flagged
  points outside known events run_start, flagged_in_run (from 1) and run_length.

  Only points before a point are its baseline. A first pass with nothing left out names outliers; the second leaves them
  out, until they turn out to be a new level: from the seventh flagged point of a run on, the baseline starts at the
  run's first point.
#}
{% macro anomaly_ctes(points, season=7) -%}
    {{ anomaly_season_ctes(points, season) }},

first_pass_points as (
    select
        *,
        false as is_outlier,
        cast(null as integer) as readmitted_after,
        cast(null as integer) as baseline_from
    from seasonal
),

    {{ anomaly_score_ctes('first_pass_points', 'first_pass') }},

    {{ anomaly_run_ctes('first_pass_scored', 'first_pass') }},

second_pass_points as (
    select
        seasonal.*,
        coalesce(outliers.is_flagged, false) as is_outlier,
        outliers.readmitted_after,
        max(case when outliers.readmitted_after = seasonal.position then outliers.run_start end) over (
            partition by seasonal.series_id
            order by seasonal.position
            rows between unbounded preceding and 1 preceding
        ) as baseline_from
    from seasonal
    left join first_pass_runs as outliers
        on seasonal.series_id = outliers.series_id and seasonal.position = outliers.position
),

    {{ anomaly_score_ctes('second_pass_points', 'second_pass') }},

    {{ anomaly_run_ctes('second_pass_scored', 'second_pass') }},

judged as (
    select
        scored.*,
        runs.run_start,
        runs.flagged_in_run,
        runs.run_length
    from second_pass_scored as scored
    left join second_pass_runs as runs
        on scored.series_id = runs.series_id and scored.position = runs.position
)
{%- endmacro %}

{#
  Takes the season out: CTEs cycle_levels, season_factors and `seasonal` (points plus season_factor and level_actual).
  The factor of a point is the median, over the same phase of earlier cycles in the window, of value over the median of
  the cycle around it; those cycles ended before the point. Fewer than two of them: 1. Arguments: as anomaly_ctes.
#}
{% macro anomaly_season_ctes(points, season) -%}
    {%- set half = season // 2 -%}
cycle_levels as (
    select
        middle.series_id,
        middle.position,
        middle.actual,
        median(near.actual) as cycle_level
    from {{ points }} as middle
    inner join {{ points }} as near
        on
            middle.series_id = near.series_id
            and near.position between middle.position - {{ half }} and middle.position + {{ half }}
    where middle.actual is not null and not middle.is_known_event and not near.is_known_event
    group by middle.series_id, middle.position, middle.actual
    having count(near.actual) >= {{ [season - 1, 1] | max }}
),

season_factors as (
    select
        point.series_id,
        point.position,
        median(past.actual / nullif(past.cycle_level, 0)) as season_factor
    from {{ points }} as point
    inner join cycle_levels as past
        on
            point.series_id = past.series_id
            and past.position between point.position - point.window_days and point.position - {{ half + 1 }}
            and mod(point.position - past.position, {{ season }}) = 0
    group by point.series_id, point.position
    having count(nullif(past.cycle_level, 0)) >= 2
),

seasonal as (
    select
        point.*,
        coalesce({{ 'factor.season_factor' if season > 1 else '1.0' }}, 1) as season_factor,
        point.actual / nullif(coalesce({{ 'factor.season_factor' if season > 1 else '1.0' }}, 1), 0) as level_actual
    from {{ points }} as point
    left join season_factors as factor
        on point.series_id = factor.series_id and point.position = factor.position
)
{%- endmacro %}
