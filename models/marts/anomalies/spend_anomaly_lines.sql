-- What the anomaly series are summed from. Pools are judged where the usage happened, before their cost is split:
-- otherwise one incident in a pool would show in every use case that carries a share. Account-days that are estimated,
-- or whose bill may still change, stand at the contracted price of their requests: a late bill is no drop, and an
-- estimate on other prices no shift.
with attributed_costs as (
    select * from {{ ref('fct_attributed_costs') }}
    where charge_category = 'usage'
),

requests as (
    select * from {{ ref('fct_ai_requests') }}
),

charges as (
    select * from {{ ref('fct_ai_charges') }}
    where charge_category = 'usage'
),

as_of as (
    select * from {{ ref('as_of') }}
),

settling_days as (
    select distinct
        charges.usage_date,
        charges.provider,
        coalesce(charges.billing_account_id, '__unknown__') as billing_account_id
    from charges
    cross join as_of
    where charges.final_at > as_of.data_as_of
),

request_lines as (
    select
        usage_date, provider, model, billing_account_id, api_key_id, team, use_case, environment, source,
        sum(case
            when billing_mode = 'metered' then coalesce(contracted_cost_usd, effective_cost_usd)
            else effective_cost_usd
        end) as contracted_cost_usd,
        count(*) as request_count,
        sum(total_tokens) as total_tokens,
        sum(input_cache_read_tokens) as cache_read_tokens,
        max(loaded_at) as loaded_at
    from requests
    group by all
),

cost_lines as (
    select
        usage_date, provider, model, billing_account_id, api_key_id, environment,
        case when is_shared then '__shared__' else team end as team,
        case when is_shared then '__shared__' else use_case end as use_case,
        sum(effective_cost_usd) as cost_usd,
        sum(case when not is_unobserved then effective_cost_usd end) as observed_cost_usd
    from attributed_costs
    group by all
),

lines as (
    select
        cost_lines.usage_date, cost_lines.provider, model, api_key_id, team, use_case, environment,
        cast(null as varchar) as source,
        case
            when settling_days.usage_date is null then cost_usd
            else cost_usd - coalesce(observed_cost_usd, 0)
        end as cost_usd,
        case when settling_days.usage_date is null then observed_cost_usd end as observed_cost_usd,
        0 as request_count, 0 as total_tokens, 0 as cache_read_tokens,
        cast(null as timestamp) as loaded_at
    from cost_lines
    left join settling_days
        on
            cost_lines.usage_date = settling_days.usage_date
            and cost_lines.provider = settling_days.provider
            and coalesce(cost_lines.billing_account_id, '__unknown__') = settling_days.billing_account_id
    union all
    select
        request_lines.usage_date, request_lines.provider, model, api_key_id, team, use_case, environment,
        source,
        case when settling_days.usage_date is not null then contracted_cost_usd end as cost_usd,
        case when settling_days.usage_date is not null then contracted_cost_usd end as observed_cost_usd,
        request_count, total_tokens, cache_read_tokens,
        loaded_at
    from request_lines
    left join settling_days
        on
            request_lines.usage_date = settling_days.usage_date
            and request_lines.provider = settling_days.provider
            and coalesce(request_lines.billing_account_id, '__unknown__') = settling_days.billing_account_id
),

final as (
    select
        -- dimensions
        usage_date,
        {% for column in ['provider', 'model', 'team', 'use_case', 'api_key_id', 'environment', 'source'] %}
        coalesce({{ column }}, '__unknown__') as {{ column }},
        {% endfor %}
        -- quantities
        cast(sum(request_count) as bigint) as request_count,
        cast(sum(total_tokens) as bigint) as total_tokens,
        cast(sum(cache_read_tokens) as bigint) as cache_read_tokens,
        -- money
        cast(coalesce(sum(cost_usd), 0) as decimal(28,12)) as cost_usd,
        cast(coalesce(sum(observed_cost_usd), 0) as decimal(28,12)) as observed_cost_usd,
        -- audit
        max(loaded_at) as loaded_at
    from lines
    group by all
)

select * from final
