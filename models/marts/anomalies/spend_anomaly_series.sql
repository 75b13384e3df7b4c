-- Series end at the last day that is complete for every source that fed them lately: late data is no drop. A day
-- within it that a bill left open has no cost to judge.
{% set kinds = {
    'total': "'total'", 'provider': 'provider', 'team': 'team', 'use_case': 'use_case',
} %}
with lines as (
    select * from {{ ref('spend_anomaly_lines') }}
),

as_of as (
    select
        *,
        cast(data_as_of as date) as open_date
    from {{ ref('as_of') }}
),

-- Per source, the first day that its newest arrival leaves open.
source_days as (
    select
        source,
        cast(max(loaded_at) as date) as open_date
    from lines
    where loaded_at is not null
    group by source
),

by_kind as (
    {% for kind, key in kinds.items() %}
    select
        '{{ kind }}' as series_kind, {{ key }} as series_key, usage_date, source,
        cost_usd, observed_cost_usd, request_count, total_tokens, is_open
    from lines
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

sums as (
    select
        series_kind,
        series_key,
        usage_date,
        cast(sum(cost_usd) as decimal(28,12)) as cost_usd,
        cast(sum(observed_cost_usd) as decimal(28,12)) as observed_cost_usd,
        cast(sum(request_count) as decimal(28,0)) as request_count,
        cast(sum(total_tokens) as decimal(28,0)) as total_tokens,
        max(is_open) as is_open
    from by_kind
    group by series_kind, series_key, usage_date
),

bounds as (
    select
        series_kind,
        series_key,
        min(by_kind.usage_date) as first_date,
        least(
            min(as_of.open_date),
            coalesce(
                min(case
                    when {{ days_between('by_kind.usage_date', 'as_of.open_date') }} <= 28
                        then source_days.open_date
                end),
                min(as_of.open_date)
            )
        ) as open_date
    from by_kind
    cross join as_of
    left join source_days on by_kind.source = source_days.source
    group by series_kind, series_key
),

spans as (
    select
        *,
        cast(open_date - interval '1' day as date) as last_date
    from bounds
    where first_date < open_date
),

spine as (
    select
        series_kind,
        series_key,
        first_date,
        {{ each_day('first_date', 'last_date') }} as usage_date
    from spans
),

days as (
    select
        spine.*,
        case when coalesce(not sums.is_open, true) then coalesce(sums.cost_usd, 0) end as cost_usd,
        coalesce(sums.observed_cost_usd, 0) as observed_cost_usd,
        coalesce(sums.request_count, 0) as request_count,
        coalesce(sums.total_tokens, 0) as total_tokens
    from spine
    left join sums
        on
            spine.series_kind = sums.series_kind
            and spine.series_key = sums.series_key
            and spine.usage_date = sums.usage_date
),

{# metric: value, then what one unit of it is worth in USD #}
{% set metrics = {
    'cost': ['cost_usd', '1'],
    'tokens': ['total_tokens', 'observed_cost_usd / nullif(total_tokens, 0)'],
    'requests': ['request_count', 'observed_cost_usd / nullif(request_count, 0)'],
    'unit_cost': ['observed_cost_usd * 1000000 / nullif(total_tokens, 0)', 'total_tokens / 1000000'],
} %}
final as (
    {% for metric, (value, worth) in metrics.items() %}
    select
        -- dimensions
        usage_date,
        series_kind,
        series_key,
        '{{ metric }}' as metric,
        first_date,
        -- quantities
        cast({{ value }} as decimal(28,12)) as actual,
        cast({{ worth }} as decimal(28,12)) as usd_per_unit
    from days
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
