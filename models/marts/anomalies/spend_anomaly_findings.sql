-- Each incident once, at the finest level that explains it: a whole is left out where use cases that are themselves
-- flagged or new make up at least 70 % of its change.
with scores as (
    select * from {{ ref('spend_anomaly_scores') }}
),

members as (
    select * from {{ ref('spend_anomaly_members') }}
),

drivers as (
    select * from {{ ref('spend_anomaly_drivers') }}
    where driver_rank = 1
),

newcomers as (
    select * from {{ ref('spend_anomaly_newcomers') }}
),

-- A lasting change is told on its first three days; then it is known until the baseline has moved.
reported as (
    select
        *,
        coalesce(run_length, 1) >= 3 as is_lasting
    from scores
    where is_flagged and (is_known_event or flagged_in_run <= 3)
),

explained as (
    select
        members.usage_date,
        members.series_kind,
        members.series_key,
        members.metric
    from members
    left join scores as finer
        on
            finer.series_kind = 'use_case'
            and members.member = finer.series_key
            and members.metric = finer.metric
            and members.usage_date = finer.usage_date
            and finer.is_flagged
    left join newcomers
        on
            newcomers.series_kind = 'use_case'
            and members.member = newcomers.series_key
            and {{ days_between('newcomers.usage_date', 'members.usage_date') }} between 0 and 28
    where
        members.series_kind <> 'use_case'
        and members.dimension = 'use_case'
        and members.share_ratio > 0
        and (finer.series_key is not null or newcomers.series_key is not null)
    group by all
    having sum(members.share_ratio) >= 0.7
),

final as (
    select
        -- dimensions
        reported.usage_date,
        reported.series_kind,
        reported.series_key,
        reported.metric,
        -- quantities
        reported.actual,
        reported.expected,
        reported.lower,
        reported.upper,
        reported.score,
        case
            when reported.actual >= reported.expected and reported.is_lasting then 'shift'
            when reported.actual >= reported.expected then 'spike'
            when reported.metric = 'unit_cost' and reported.is_lasting then 'shift'
            else 'drop'
        end as direction,
        reported.baseline_days,
        -- money
        reported.impact_usd,
        -- cause
        causes.dimension as top_dimension,
        causes.member as top_member,
        coalesce(drivers.driver, 'volume') as top_driver
    from reported
    {% for alias in ['drivers', 'explained', 'members as causes'] %}
    {%- set name = alias.split(' ')[-1] %}
    left join {{ alias }}
        on
            reported.usage_date = {{ name }}.usage_date
            and reported.series_kind = {{ name }}.series_kind
            and reported.series_key = {{ name }}.series_key
            and reported.metric = {{ name }}.metric
            {{ 'and causes.cause_rank = 1' if name == 'causes' }}
    {% endfor %}
    -- A provider's unit cost is watched for its prices; a mix that moved shows as cost of whoever moved it.
    where
        explained.series_key is null
        and not (
            reported.series_kind = 'provider' and reported.metric = 'unit_cost'
            and coalesce(drivers.driver, 'mix') = 'mix'
        )
)

select * from final
