{#
  Runs of flagged points in one direction: CTEs <prefix>_flagged and <prefix>_runs (one row per flagged point outside
  known events, with run_start, flagged_in_run, run_length, readmitted_after). Up to three points that are not flagged
  do not end a run. readmitted_after is the position of the run's seventh flagged point, null for shorter runs.
  Arguments: scored (relation of anomaly_score_ctes), prefix.
#}
{% macro anomaly_run_ctes(scored, prefix) -%}
{{ prefix }}_flagged as (
    select
        series_id,
        position,
        is_flagged,
        actual >= expected as is_up,
        case
            when position - lag(position) over (partition by series_id, actual >= expected order by position) <= 4
                then 0
            else 1
        end as starts_run
    from {{ scored }}
    where is_flagged and not is_known_event
),

{{ prefix }}_numbered as (
    select
        *,
        sum(starts_run) over (
            partition by series_id, is_up order by position rows between unbounded preceding and current row
        ) as run_number
    from {{ prefix }}_flagged
),

{{ prefix }}_counted as (
    select
        *,
        min(position) over (partition by series_id, is_up, run_number) as run_start,
        row_number() over (partition by series_id, is_up, run_number order by position) as flagged_in_run,
        count(*) over (partition by series_id, is_up, run_number) as run_length
    from {{ prefix }}_numbered
),

{{ prefix }}_runs as (
    select
        *,
        max(case when flagged_in_run = 7 then position end) over (
            partition by series_id, is_up, run_number
        ) as readmitted_after
    from {{ prefix }}_counted
)
{%- endmacro %}
