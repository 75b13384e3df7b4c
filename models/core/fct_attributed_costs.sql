-- Direct cost stays with its owner; a pool's cost is split over the targets of its allocation rule, closed exactly. A
-- pool without a rule stays visible as unattributed.
{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ delete_touched_days('int_run__rebuilt_allocation_days') }}"
) }}

with direct_costs as (
    select * from {{ ref('int_costs__direct') }}
    where {{ touched_days_filter('usage_date', days='int_run__rebuilt_allocation_days') }}
),

owners as (
    select * from {{ ref('int_ownership__owners') }}
),

targets as (
    select * from {{ ref('int_allocation__targets') }}
),

keyed as (
    select
        *,
        {{ surrogate_key(['cell_key', 'sub_account_id', 'api_key_id', 'model', 'service_tier', 'activity',
            'billing_mode', 'owner_key', 'attribution_method', 'attribution_rule_id', 'pool_id', 'is_unobserved']) }} as direct_cost_key
    from direct_costs
),

-- One line per direct cost key: estimates come per group of attempts, finer than the line.
summed as (
    select
        direct_cost_key,
        cell_key,
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        meter,
        service_tier,
        activity,
        charge_category,
        cost_basis,
        billing_mode,
        owner_key,
        attribution_method,
        attribution_rule_id,
        pool_id,
        is_unobserved,
        cast(sum(effective_cost_usd) as decimal(28,12)) as effective_cost_usd,
        cast(sum(billed_cost_usd) as decimal(28,12)) as billed_cost_usd
    from keyed
    group by all
),

split as (
    select
        summed.*,
        targets.owner_key as target_owner_key,
        targets.team,
        targets.use_case,
        targets.product,
        targets.environment,
        targets.cost_center,
        targets.rule_id,
        targets.target_ratio,
        cast(summed.effective_cost_usd * targets.target_ratio as decimal(28,12)) as effective_part_usd,
        cast(summed.billed_cost_usd * targets.target_ratio as decimal(28,12)) as billed_part_usd
    from summed
    inner join targets
        on
            summed.pool_id = targets.pool_id
            and date_trunc('month', summed.usage_date) = targets.usage_month
),

shared as (
    select
        *,
        {{ close_split('effective_part_usd', 'effective_cost_usd', ['direct_cost_key'],
            ['target_ratio desc', 'target_owner_key']) }} as closed_effective_cost_usd,
        {{ close_split('billed_part_usd', 'billed_cost_usd', ['direct_cost_key'],
            ['target_ratio desc', 'target_owner_key']) }} as closed_billed_cost_usd
    from split
),

{% set carried = ['cell_key', 'usage_date', 'provider', 'billing_account_id', 'sub_account_id', 'api_key_id', 'model',
    'meter', 'service_tier', 'activity', 'charge_category', 'cost_basis', 'billing_mode'] %}
final as (
    select
        summed.direct_cost_key as attributed_cost_key,
        {% for column in carried %}
        summed.{{ column }},
        {% endfor %}
        summed.owner_key,
        owners.team,
        owners.use_case,
        owners.product,
        owners.environment,
        owners.cost_center,
        case when summed.pool_id is null then summed.attribution_method else 'unattributed' end as attribution_method,
        summed.attribution_rule_id,
        summed.pool_id,
        false as is_shared,
        summed.is_unobserved,
        summed.effective_cost_usd,
        summed.billed_cost_usd
    from summed
    left join owners on summed.owner_key = owners.owner_key
    where
        summed.pool_id is null
        or summed.direct_cost_key not in (select split.direct_cost_key from split)
    union all
    select
        {{ surrogate_key(['direct_cost_key', 'target_owner_key']) }} as attributed_cost_key,
        {% for column in carried %}
        {{ column }},
        {% endfor %}
        target_owner_key as owner_key,
        team,
        use_case,
        product,
        environment,
        cost_center,
        'shared_rule' as attribution_method,
        rule_id as attribution_rule_id,
        pool_id,
        true as is_shared,
        is_unobserved,
        closed_effective_cost_usd as effective_cost_usd,
        closed_billed_cost_usd as billed_cost_usd
    from shared
)

select * from final
