-- What the anomaly series are summed from: requests with their share of the bill, and what no request explains. Pools are
-- judged where the usage happened, before their cost is split: otherwise one incident in a pool would show in every use
-- case that carries a share. Account-days that are estimated, or whose bill may still change, stand at the contracted
-- price of their requests: a late bill is no drop, and an estimate on other prices no shift.
with unobserved_costs as (
    select * from {{ ref('fct_attributed_costs') }}
    where charge_category = 'usage' and is_unobserved
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
    select
        charges.usage_date,
        charges.provider,
        coalesce(charges.billing_account_id, '__unknown__') as billing_account_id,
        max(charges.is_open) as is_open
    from charges
    cross join as_of
    where charges.final_at > as_of.data_as_of
    group by charges.usage_date, charges.provider, coalesce(charges.billing_account_id, '__unknown__')
),

request_lines as (
    select
        requests.usage_date,
        requests.provider,
        model,
        api_key_id,
        team,
        use_case,
        environment,
        source,
        case
            when settling_days.usage_date is not null and billing_mode = 'metered'
                then coalesce(contracted_cost_usd, effective_cost_usd)
            else effective_cost_usd
        end as cost_usd,
        total_tokens,
        input_cache_read_tokens,
        loaded_at
    from requests
    left join settling_days
        on
            requests.usage_date = settling_days.usage_date
            and requests.provider = settling_days.provider
            and coalesce(requests.billing_account_id, '__unknown__')
            = settling_days.billing_account_id
),

lines as (
    select
        usage_date,
        provider,
        model,
        api_key_id,
        team,
        use_case,
        environment,
        source,
        count(*) as request_count,
        sum(total_tokens) as total_tokens,
        sum(input_cache_read_tokens) as cache_read_tokens,
        sum(cost_usd) as cost_usd,
        sum(cost_usd) as observed_cost_usd,
        max(loaded_at) as loaded_at,
        false as is_open
    from request_lines
    group by all
    union all
    select
        unobserved_costs.usage_date,
        unobserved_costs.provider,
        model,
        api_key_id,
        case when pool_id is null then team else '__shared__' end as team,
        case when pool_id is null then use_case else '__shared__' end as use_case,
        environment,
        cast(null as varchar) as source,
        0 as request_count,
        0 as total_tokens,
        0 as cache_read_tokens,
        effective_cost_usd as cost_usd,
        0 as observed_cost_usd,
        cast(null as timestamp) as loaded_at,
        coalesce(settling_days.is_open, false) as is_open
    from unobserved_costs
    left join settling_days
        on
            unobserved_costs.usage_date = settling_days.usage_date
            and unobserved_costs.provider = settling_days.provider
            and coalesce(unobserved_costs.billing_account_id, '__unknown__') = settling_days.billing_account_id
),

final as (
    select
        -- dimensions
        usage_date,
        coalesce(provider, '__unknown__') as provider,
        coalesce(model, '__unknown__') as model,
        coalesce(team, '__unknown__') as team,
        coalesce(use_case, '__unknown__') as use_case,
        coalesce(api_key_id, '__unknown__') as api_key_id,
        coalesce(environment, '__unknown__') as environment,
        coalesce(source, '__unknown__') as source,
        -- quantities
        cast(sum(request_count) as bigint) as request_count,
        cast(sum(total_tokens) as bigint) as total_tokens,
        cast(sum(cache_read_tokens) as bigint) as cache_read_tokens,
        -- money
        cast(coalesce(sum(cost_usd), 0) as decimal(28,12)) as cost_usd,
        cast(coalesce(sum(observed_cost_usd), 0) as decimal(28,12)) as observed_cost_usd,
        -- audit
        max(loaded_at) as loaded_at,
        max(is_open) as is_open
    from lines
    group by all
)

select * from final
