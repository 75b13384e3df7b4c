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
            partition by
                flagged.usage_date, flagged.series_kind, flagged.series_key, flagged.metric
        ) - 1 as quiet_day_count
    from scores as flagged
    cross join offsets
    inner join scores as others
        on
            flagged.series_kind = others.series_kind
            and flagged.series_key = others.series_key
            and flagged.metric = others.metric
            and {{ days_between('others.usage_date', 'flagged.usage_date') }}
            = offsets.days_before
    where
        flagged.is_flagged
        and (offsets.days_before = 0 or (not others.is_flagged and not others.is_known_event))
),

sums as (
    select
        compared_days.usage_date,
        compared_days.series_kind,
        compared_days.series_key,
        compared_days.metric,
        compared_days.quiet_day_count,
        lines.provider,
        lines.model,
        lines.team,
        lines.use_case,
        lines.api_key_id,
        lines.environment,
        sum(case when is_flagged_day then lines.cost_usd else 0 end) as cost_usd,
        sum(case when is_flagged_day then 0 else lines.cost_usd end) as quiet_cost_usd,
        sum(case when is_flagged_day then lines.observed_cost_usd else 0 end) as observed_cost_usd,
        sum(case when is_flagged_day then 0 else lines.observed_cost_usd end)
            as quiet_observed_cost_usd,
        sum(case when is_flagged_day then lines.total_tokens else 0 end) as total_tokens,
        sum(case when is_flagged_day then 0 else lines.total_tokens end) as quiet_total_tokens,
        sum(case when is_flagged_day then lines.request_count else 0 end) as request_count,
        sum(case when is_flagged_day then 0 else lines.request_count end) as quiet_request_count,
        sum(case when is_flagged_day then lines.cache_read_tokens else 0 end) as cache_read_tokens,
        sum(case when is_flagged_day then 0 else lines.cache_read_tokens end)
            as quiet_cache_read_tokens
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
),

final as (
    select
        -- dimensions
        usage_date,
        series_kind,
        series_key,
        metric,
        provider,
        model,
        team,
        use_case,
        api_key_id,
        environment,
        -- quantities and money
        cast(quiet_day_count as integer) as quiet_day_count,
        cast(cost_usd as decimal(28,12)) as cost_usd,
        cast(quiet_cost_usd as decimal(28,12)) as quiet_cost_usd,
        cast(observed_cost_usd as decimal(28,12)) as observed_cost_usd,
        cast(quiet_observed_cost_usd as decimal(28,12)) as quiet_observed_cost_usd,
        cast(total_tokens as decimal(28,12)) as total_tokens,
        cast(quiet_total_tokens as decimal(28,12)) as quiet_total_tokens,
        cast(request_count as decimal(28,12)) as request_count,
        cast(quiet_request_count as decimal(28,12)) as quiet_request_count,
        cast(cache_read_tokens as decimal(28,12)) as cache_read_tokens,
        cast(quiet_cache_read_tokens as decimal(28,12)) as quiet_cache_read_tokens
    from sums
)

select * from final
