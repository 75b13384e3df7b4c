-- Ratio of each pool's cost that each target takes in a calendar month: the rule valid in that month, its method and the
-- month's weights. A zero base splits evenly.
with direct_costs as (
    select * from {{ ref('int_costs__direct') }}
),

allocation_rules as (
    select * from {{ ref('allocation_rules') }}
),

teams as (
    select * from {{ ref('teams') }}
),

pool_months as (
    select distinct
        pool_id,
        cast(date_trunc('month', usage_date) as date) as usage_month
    from direct_costs
    where pool_id is not null
),

rules as (
    select
        pool_months.pool_id,
        pool_months.usage_month,
        allocation_rules.rule_id,
        allocation_rules.method,
        allocation_rules.target_team,
        allocation_rules.target_use_case,
        allocation_rules.target_product,
        allocation_rules.target_environment,
        allocation_rules.weight,
        rank() over (
            partition by pool_months.pool_id, pool_months.usage_month order by allocation_rules.priority
        ) as rule_rank
    from pool_months
    inner join allocation_rules
        on
            pool_months.pool_id = allocation_rules.pool_id
            and pool_months.usage_month >= coalesce(allocation_rules.valid_from, cast('1970-01-01' as date))
            and pool_months.usage_month < coalesce(allocation_rules.valid_to, cast('9999-12-31' as date))
),

owner_months as (
    select * from {{ ref('int_allocation__owner_months') }}
),

measured as (
    select
        rules.pool_id,
        rules.usage_month,
        rules.rule_id,
        rules.method,
        rules.target_team,
        rules.target_use_case,
        rules.target_product,
        rules.target_environment,
        rules.weight,
        greatest(coalesce(sum(owner_months.cost_usd), 0), 0) as cost_usd,
        coalesce(sum(owner_months.total_tokens), 0) as total_tokens,
        coalesce(sum(owner_months.request_count), 0) as request_count
    from rules
    left join owner_months
        on
            rules.usage_month = owner_months.usage_month
            and (rules.target_team is null or rules.target_team = owner_months.team)
            and (rules.target_use_case is null or rules.target_use_case = owner_months.use_case)
            and (rules.target_product is null or rules.target_product = owner_months.product)
            and (rules.target_environment is null or rules.target_environment = owner_months.environment)
    where rules.rule_rank = 1
    group by
        rules.pool_id,
        rules.usage_month,
        rules.rule_id,
        rules.method,
        rules.target_team,
        rules.target_use_case,
        rules.target_product,
        rules.target_environment,
        rules.weight
),

based as (
    select
        *,
        cast(case method
            when 'even' then 1
            when 'proportional_cost' then cost_usd
            when 'proportional_tokens' then total_tokens
            when 'proportional_requests' then request_count
            else coalesce(weight, 0)
        end as decimal(28,12)) as base
    from measured
),

owned as (
    select
        based.pool_id,
        based.usage_month,
        based.rule_id,
        based.base,
        coalesce(based.target_team, '__shared__') as team,
        coalesce(based.target_use_case, '__shared__') as use_case,
        coalesce(based.target_product, '__shared__') as product,
        coalesce(based.target_environment, '__shared__') as environment,
        coalesce(teams.cost_center, '__unattributed__') as cost_center
    from based
    left join teams on based.target_team = teams.team
),

final as (
    select
        pool_id,
        usage_month,
        rule_id,
        team,
        use_case,
        product,
        environment,
        cost_center,
        {{ owner_key('owned') }} as owner_key,
        coalesce(
            {{ cell_factor('base', 'sum(base) over (partition by pool_id, usage_month)') }},
            {{ cell_factor('1', 'count(*) over (partition by pool_id, usage_month)') }}
        ) as target_ratio
    from owned
)

select * from final
