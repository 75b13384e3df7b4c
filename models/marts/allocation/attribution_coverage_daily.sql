-- What is owned, how we know, and what to do about the rest.
{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ delete_touched_days('int_run__rebuilt_allocation_days') }}"
) }}

with attributed_costs as (
    select * from {{ ref('fct_attributed_costs') }}
    where {{ touched_days_filter('usage_date', days='int_run__rebuilt_allocation_days') }}
),

reasoned as (
    select
        usage_date,
        provider,
        billing_account_id,
        coalesce(sub_account_id, '__unknown__') as sub_account_id,
        coalesce(api_key_id, '__unknown__') as api_key_id,
        attribution_method,
        case
            when attribution_method <> 'unattributed' and not is_unobserved then 'attributed'
            when attribution_method <> 'unattributed' then 'unobserved'
            when pool_id is not null then 'pool_without_rule'
            when is_unobserved then 'unobserved_unowned'
            when charge_category <> 'usage' then 'charge_without_owner'
            when api_key_id is not null then 'key_without_owner'
            else 'account_without_owner'
        end as reason,
        effective_cost_usd,
        billed_cost_usd
    from attributed_costs
),

summed as (
    select
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        attribution_method,
        reason,
        cast(sum(effective_cost_usd) as decimal(28,12)) as effective_cost_usd,
        cast(sum(billed_cost_usd) as decimal(28,12)) as billed_cost_usd
    from reasoned
    group by all
),

final as (
    select
        -- dimensions
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        attribution_method,
        reason,
        attribution_method <> 'unattributed' as is_attributed,
        reason in ('unobserved', 'unobserved_unowned') as is_unobserved,
        -- money
        effective_cost_usd,
        billed_cost_usd,
        -- ratio of the day's whole cost, over all providers
        {{ safe_ratio('effective_cost_usd', 'sum(effective_cost_usd) over (partition by usage_date)') }}
            as day_cost_ratio,
        {{ attribution_fix_hint('reason') }} as fix_hint
    from summed
)

select * from final
