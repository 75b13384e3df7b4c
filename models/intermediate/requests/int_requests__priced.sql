-- Attempts with owner, list cost and contracted cost at the prices in force on their day, and the group of attempts with
-- which they share bill cells and unit prices. Nothing without a price is zero: both costs are then null.
{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with requests as (
    select * from {{ ref('int_requests__identified') }}
),

owners as (
    select * from {{ ref('int_ownership__resolved') }}
),

context_tiers as (
    select * from {{ ref('int_prices__context_tiers') }}
),

tiered as (
    select
        requests.*,
        owners.owner_key,
        owners.team as owner_team,
        owners.use_case as owner_use_case,
        owners.product as owner_product,
        owners.environment as owner_environment,
        owners.cost_center,
        owners.attribution_method,
        owners.attribution_rule_id,
        owners.pool_id,
        {{ sum_of_meters('all', 'requests') }} as total_tokens,
        {{ context_tier_of('requests', sum_of_meters('input', 'requests')) }} as context_tier
    from requests
    left join owners on {{ identity_key('requests') }} = owners.identity_key
    left join context_tiers
        on
            requests.provider = context_tiers.provider
            and requests.model = context_tiers.model
            and requests.service_tier = context_tiers.service_tier
),

final as (
    select
        {% for column in priced_request_columns() %}
        tiered.{{ column }},
        {% endfor %}
        {{ bill_group_key('tiered') }} as bill_group_key,
        not tiered.is_gateway_cache_hit as is_billable,
        coalesce(account_prices.is_contracted, false) as is_contracted,
        {{ priced_cost('tiered', 'list') }} as list_cost_usd,
        {{ priced_cost('tiered', 'contracted') }} as contracted_cost_usd,
        {{ priced_units_cost('tiered', 'list') }} as units_list_cost_usd,
        {{ priced_units_cost('tiered', 'contracted') }} as units_contracted_cost_usd
    from tiered
    {{ join_prices('tiered') }}
)

select * from final
