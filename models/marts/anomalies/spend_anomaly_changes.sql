-- Flagged days beside the quiet days they are compared with: the same weekday of up to four weeks before, without
-- flagged days and known events.
with lines as (
    select * from {{ ref('spend_anomaly_lines') }}
),

scores as (
    select * from {{ ref('spend_anomaly_scores') }}
),

offsets as (
    select 0 as days_before
    {% for days_before in [7, 14, 21, 28] %}
    union all
    select {{ days_before }} as days_before
    {% endfor %}
),

compared_days as (
    select
        flagged.usage_date,
        flagged.series_kind,
        flagged.series_key,
        flagged.metric,
        others.usage_date as compared_date,
        flagged.usage_date = others.usage_date as is_flagged_day,
        count(*) over (
            partition by flagged.usage_date, flagged.series_kind, flagged.series_key, flagged.metric
        ) - 1 as quiet_day_count
    from scores as flagged
    cross join offsets
    inner join scores as others
        on
            flagged.series_kind = others.series_kind
            and flagged.series_key = others.series_key
            and flagged.metric = others.metric
            and {{ days_between('others.usage_date', 'flagged.usage_date') }} = offsets.days_before
    where
        flagged.is_flagged
        and (offsets.days_before = 0 or (not others.is_flagged and not others.is_known_event))
),

{% set measures = ['cost_usd', 'observed_cost_usd', 'total_tokens', 'request_count', 'cache_read_tokens'] %}
final as (
    select
        -- dimensions
        compared_days.usage_date,
        compared_days.series_kind,
        compared_days.series_key,
        compared_days.metric,
        {% for column in ['provider', 'model', 'team', 'use_case', 'api_key_id', 'environment'] %}
        lines.{{ column }},
        {% endfor %}
        -- quantities and money
        cast(compared_days.quiet_day_count as integer) as quiet_day_count,
        {% for measure in measures %}
        cast(sum(case when is_flagged_day then lines.{{ measure }} else 0 end) as decimal(28,12))
            as {{ measure }},
        cast(sum(case when is_flagged_day then 0 else lines.{{ measure }} end) as decimal(28,12))
            as quiet_{{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from compared_days
    inner join lines
        on
            compared_days.compared_date = lines.usage_date
            and compared_days.series_key = case compared_days.series_kind
                when 'total' then 'total'
                when 'provider' then lines.provider
                when 'team' then lines.team
                when 'use_case' then lines.use_case
            end
    group by all
)

select * from final
