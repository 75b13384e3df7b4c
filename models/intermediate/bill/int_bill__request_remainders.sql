-- What rounding leaves between a group's share of the bill and the sum of its requests, given to the group's largest
-- share: one narrow pass, so that requests sum to the group exactly and what costs nothing stays at nothing.
with requests as (
    select * from {{ ref('int_requests__priced') }}
    where is_billable and {{ touched_days_filter('usage_date', 'fct_ai_requests') }}
),

group_costs as (
    select * from {{ ref('int_bill__group_costs') }}
    where is_billed_day and cost_basis is not null
),

shares as (
    select
        requests.bill_group_key,
        requests.request_key,
        {{ request_share('requests', 'group_costs', 'effective') }} as effective_share_usd,
        {{ request_share('requests', 'group_costs', 'billed') }} as billed_share_usd,
        requests.total_tokens
    from requests
    inner join group_costs on requests.bill_group_key = group_costs.bill_group_key
),

-- As text of one length, which max_by compares in every dialect.
sized as (
    select
        *,
        lpad(cast(cast(abs(effective_share_usd) + abs(billed_share_usd) as decimal(28,12)) as varchar), 32, '0')
        || lpad(cast(total_tokens as varchar), 20, '0') || request_key as size_rank
    from shares
),

group_sums as (
    select
        bill_group_key,
        max_by(request_key, size_rank) as request_key,
        sum(effective_share_usd) as effective_share_usd,
        sum(billed_share_usd) as billed_share_usd
    from sized
    group by bill_group_key
),

final as (
    select
        group_sums.bill_group_key,
        group_sums.request_key,
        cast(group_costs.effective_cost_usd - group_sums.effective_share_usd as decimal(28,12))
            as effective_remainder_usd,
        cast(group_costs.billed_cost_usd - group_sums.billed_share_usd as decimal(28,12)) as billed_remainder_usd
    from group_sums
    inner join group_costs on group_sums.bill_group_key = group_costs.bill_group_key
)

select * from final
