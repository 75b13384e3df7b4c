-- What each direct owner cost and used in a calendar month: the weights of proportional allocation rules.
with direct_costs as (
    select * from {{ ref('int_costs__direct') }}
),

direct_owners as (
    select * from {{ ref('int_ownership__owners') }}
),

requests as (
    select * from {{ ref('int_requests__priced') }}
),

final as (
    select
        cast(date_trunc('month', direct_costs.usage_date) as date) as usage_month,
        direct_owners.team,
        direct_owners.use_case,
        direct_owners.product,
        direct_owners.environment,
        cast(sum(direct_costs.effective_cost_usd) as decimal(28,12)) as cost_usd,
        cast(0 as bigint) as total_tokens,
        cast(0 as bigint) as request_count
    from direct_costs
    inner join direct_owners on direct_costs.owner_key = direct_owners.owner_key
    where direct_costs.pool_id is null
    group by all
    union all
    select
        cast(date_trunc('month', usage_date) as date) as usage_month,
        owner_team as team,
        owner_use_case as use_case,
        owner_product as product,
        owner_environment as environment,
        cast(0 as decimal(28,12)) as cost_usd,
        cast(sum(total_tokens) as bigint) as total_tokens,
        count(*) as request_count
    from requests
    where pool_id is null
    group by all
)

select * from final
