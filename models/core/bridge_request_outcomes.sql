-- Links that state no weight share evenly what stated weights leave. Requests whose stated weights exceed 1 are refused
-- as a whole and listed in ops.refused_links.
{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with links as (
    select * from {{ ref('int_outcomes__request_links') }}
    where stated_weight_sum <= 1 and {{ touched_days_filter('usage_date') }}
),

requests as (
    select
        request_key,
        effective_cost_usd,
        billed_cost_usd,
        total_tokens
    from {{ ref('fct_ai_requests') }}
    where {{ touched_days_filter('usage_date') }}
),

weighed as (
    select
        *,
        coalesce(
            stated_weight,
            cast({{ cell_factor('1 - stated_weight_sum', 'link_count - stated_link_count') }} as decimal(26,18))
        ) as share,
        case when stated_link_count < link_count then 1 else stated_weight_sum end as whole_weight
    from links
),

closed as (
    select
        weighed.*,
        cast(
            share + case
                when row_number() over (partition by request_key order by share desc, outcome_key) = 1
                    then whole_weight - sum(share) over (partition by request_key)
                else 0
            end as decimal(26,18)
        ) as weight
    from weighed
),

costed as (
    select
        closed.*,
        requests.total_tokens,
        cast(requests.effective_cost_usd * closed.weight as decimal(28,12)) as effective_part_usd,
        cast(requests.effective_cost_usd * closed.whole_weight as decimal(28,12)) as effective_whole_usd,
        cast(requests.billed_cost_usd * closed.weight as decimal(28,12)) as billed_part_usd,
        cast(requests.billed_cost_usd * closed.whole_weight as decimal(28,12)) as billed_whole_usd
    from closed
    inner join requests on closed.request_key = requests.request_key
),

final as (
    select
        request_key,
        outcome_key,
        usage_date,
        link_method,
        cast(confidence as decimal(9,6)) as confidence,
        weight,
        {{ close_split('effective_part_usd', 'effective_whole_usd', ['request_key'], ['weight desc', 'outcome_key']) }}
            as linked_cost_usd,
        {{ close_split('billed_part_usd', 'billed_whole_usd', ['request_key'], ['weight desc', 'outcome_key']) }}
            as linked_billed_cost_usd,
        total_tokens
    from costed
)

select * from final
