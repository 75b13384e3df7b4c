-- A session is judged once, on its last day, against all sessions of its use case. Costs of sessions are skewed, so the
-- distance is taken between logarithms.
with requests as (
    select * from {{ ref('fct_ai_requests') }}
    where session_key is not null
),

as_of as (
    select * from {{ ref('as_of') }}
),

policy as (
    select * from {{ ref('dim_anomaly_policy') }}
    where metric = 'cost' and series_kind = 'session'
),

sessions as (
    select
        session_key,
        max(session_id) as session_id,
        max(usage_date) as usage_date,
        max(use_case) as use_case,
        max(model) as model,
        count(*) as request_count,
        sum(total_tokens) as total_tokens,
        cast(sum(case
            when billing_mode = 'metered' then coalesce(contracted_cost_usd, effective_cost_usd)
            else effective_cost_usd
        end) as decimal(28,12)) as cost_usd
    from requests
    group by session_key
),

-- A use case needs this many sessions before one of them can be called unusual.
centres as (
    select
        use_case,
        median(cost_usd) as median_cost_usd,
        median(ln(cost_usd)) as median_log_cost,
        median(request_count) as median_request_count
    from sessions
    where cost_usd > 0
    group by use_case
    having count(*) >= 30
),

spreads as (
    select
        sessions.use_case,
        1.4826 * median(abs(ln(sessions.cost_usd) - centres.median_log_cost)) as log_spread
    from sessions
    inner join centres on sessions.use_case = centres.use_case
    where sessions.cost_usd > 0
    group by sessions.use_case
),

bounds as (
    select
        centres.*,
        greatest(
            exp(
                centres.median_log_cost
                + cast(policy.score_threshold as double) * spreads.log_spread
            ),
            centres.median_cost_usd * (1 + cast(policy.min_relative_change as double)),
            centres.median_cost_usd + cast(policy.min_impact_usd as double)
        ) as upper_cost_usd,
        cast(policy.score_threshold as double) as score_threshold
    from centres
    inner join spreads on centres.use_case = spreads.use_case
    cross join policy
),

final as (
    select
        -- dimensions
        sessions.usage_date,
        sessions.session_key,
        sessions.session_id,
        sessions.use_case,
        sessions.model,
        -- quantities
        sessions.request_count,
        cast(bounds.median_request_count as decimal(18,6)) as usual_request_count,
        cast(
            bounds.score_threshold * ln(sessions.cost_usd / bounds.median_cost_usd)
            / ln(bounds.upper_cost_usd / bounds.median_cost_usd) as decimal(18,6)
        ) as score,
        -- money
        sessions.cost_usd,
        cast(bounds.median_cost_usd as decimal(28,6)) as expected_cost_usd,
        cast(bounds.upper_cost_usd as decimal(28,6)) as upper_cost_usd
    from sessions
    cross join as_of
    inner join bounds on sessions.use_case = bounds.use_case
    where
        sessions.cost_usd > bounds.upper_cost_usd
        and sessions.usage_date < cast(as_of.data_as_of as date)
)

select * from final
