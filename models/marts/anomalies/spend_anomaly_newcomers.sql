-- The first day of a newcomer is reported once its first week reached the floor. A key or team whose use case is itself
-- new is not told a second time.
{% set kinds = ['use_case', 'team', 'api_key', 'provider'] %}
with lines as (
    select * from {{ ref('spend_anomaly_lines') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

policy as (
    select * from {{ ref('dim_anomaly_policy') }}
    where metric = 'cost' and series_kind = 'new'
),

by_kind as (
    {% for kind in kinds %}
    select
        '{{ kind }}' as series_kind,
        {{ 'api_key_id' if kind == 'api_key' else kind }} as series_key,
        usage_date,
        use_case,
        cost_usd
    from lines
    where cost_usd > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

history as (
    select min(usage_date) as first_date from lines
),

first_days as (
    select
        series_kind,
        series_key,
        min(usage_date) as first_date
    from by_kind
    where series_key not like '\_\_%' escape '\'
    group by series_kind, series_key
),

first_weeks as (
    select
        first_days.series_kind,
        first_days.series_key,
        first_days.first_date,
        max_by(by_kind.use_case, by_kind.cost_usd) as use_case,
        sum(case
            when by_kind.usage_date = first_days.first_date then by_kind.cost_usd
        end) as first_day_cost_usd,
        sum(by_kind.cost_usd) as first_week_cost_usd
    from first_days
    inner join by_kind
        on
            first_days.series_kind = by_kind.series_kind
            and first_days.series_key = by_kind.series_key
            and {{ days_between('first_days.first_date', 'by_kind.usage_date') }} < 7
    cross join as_of
    where by_kind.usage_date < cast(as_of.data_as_of as date)
    group by first_days.series_kind, first_days.series_key, first_days.first_date
),

final as (
    select
        -- dimensions
        first_weeks.first_date as usage_date,
        first_weeks.series_kind,
        first_weeks.series_key,
        first_weeks.use_case,
        -- money
        cast(first_weeks.first_day_cost_usd as decimal(28,12)) as first_day_cost_usd,
        cast(first_weeks.first_week_cost_usd as decimal(28,12)) as first_week_cost_usd
    from first_weeks
    cross join history
    cross join policy
    left join first_days as new_use_cases
        on
            new_use_cases.series_kind = 'use_case'
            and first_weeks.use_case = new_use_cases.series_key
            and first_weeks.series_kind in ('team', 'api_key')
            and {{ days_between('new_use_cases.first_date', 'first_weeks.first_date') }} <= 28
    where
        {{ days_between('history.first_date', 'first_weeks.first_date') }}
        >= policy.min_history_days
        and first_weeks.first_week_cost_usd >= policy.min_impact_usd
        and new_use_cases.series_key is null
)

select * from final
