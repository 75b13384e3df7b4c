{#
  Scores points against the points before them: CTEs <prefix>_pairs, _levels, _spreads and <prefix>_scored.
  Level: median of the later half of the trailing window. Spread: 1.4826 times the median absolute deviation from it,
  which is the standard deviation of a normal series. The bound is the widest of threshold x spread, the smallest
  relative change and the smallest impact that matter: a flat series is judged by those floors and small money never
  fires. A series that is mostly zero has no level: its bound is twice the highest value of its window.
  Arguments: points (relation with the columns of `seasonal`, is_outlier, readmitted_after, baseline_from), prefix.
#}
{% macro anomaly_score_ctes(points, prefix) -%}
{{ prefix }}_pairs as (
    select
        point.series_id,
        point.position,
        past.actual,
        past.level_actual,
        past.usd_per_unit,
        past.position >= point.position - point.window_days / 2 as is_recent
    from {{ points }} as point
    inner join {{ points }} as past
        on
            point.series_id = past.series_id
            and past.position between point.position - point.window_days and point.position - 1
    where
        past.level_actual is not null
        and not past.is_known_event
        and past.position >= coalesce(point.baseline_from, past.position)
        and (not past.is_outlier or coalesce(past.readmitted_after < point.position, false))
),

{{ prefix }}_levels as (
    select
        series_id,
        position,
        median(case when is_recent then level_actual end) as level,
        median(usd_per_unit) as baseline_usd_per_unit,
        max(actual) as peak,
        count(*) as baseline_days
    from {{ prefix }}_pairs
    group by series_id, position
),

{{ prefix }}_spreads as (
    select
        pairs.series_id,
        pairs.position,
        1.4826 * median(abs(pairs.level_actual - levels.level)) as spread
    from {{ prefix }}_pairs as pairs
    inner join {{ prefix }}_levels as levels
        on pairs.series_id = levels.series_id and pairs.position = levels.position
    where pairs.is_recent
    group by pairs.series_id, pairs.position
),

{{ prefix }}_bounds as (
    select
        point.*,
        levels.level * point.season_factor as expected,
        levels.baseline_usd_per_unit,
        coalesce(levels.baseline_days, 0) as baseline_days,
        greatest(
            point.score_threshold * coalesce(spreads.spread, 0) * point.season_factor,
            point.min_relative_change * levels.level * point.season_factor,
            point.min_impact_units,
            coalesce(point.min_impact_usd / nullif(levels.baseline_usd_per_unit, 0), 0),
            case when levels.level = 0 then 2 * levels.peak else 0 end
        ) as half_width
    from {{ points }} as point
    left join {{ prefix }}_levels as levels
        on point.series_id = levels.series_id and point.position = levels.position
    left join {{ prefix }}_spreads as spreads
        on point.series_id = spreads.series_id and point.position = spreads.position
),

-- A new level is known from a few days; any other baseline must fill half of the history that the policy asks for.
{{ prefix }}_scored as (
    select
        bounds.*,
        case when has_history then score_threshold * (actual - expected) / nullif(half_width, 0) end as score,
        has_history and coalesce(abs(actual - expected) >= nullif(half_width, 0), false) as is_flagged
    from (
        select
            *,
            position - first_position >= min_history_days
            and baseline_days >= case when baseline_from is null then min_history_days / 2.0 else 5 end as has_history
        from {{ prefix }}_bounds
    ) as bounds
)
{%- endmacro %}
