-- spend_daily shows the attributed cost of every provider and day, no more and no less, and every request once.
with attributed as (
    select
        provider,
        usage_date,
        sum(effective_cost_usd) as effective_cost_usd,
        sum(billed_cost_usd) as billed_cost_usd
    from {{ ref('fct_attributed_costs') }}
    group by all
),

requests as (
    select
        provider,
        usage_date,
        count(*) as request_count,
        sum(total_tokens) as total_tokens
    from {{ ref('fct_ai_requests') }}
    group by all
),

spend as (
    select
        provider,
        usage_date,
        sum(effective_cost_usd) as effective_cost_usd,
        sum(billed_cost_usd) as billed_cost_usd,
        sum(request_count) as request_count,
        sum(total_tokens) as total_tokens
    from {{ ref('spend_daily') }}
    group by all
)

select
    coalesce(spend.provider, attributed.provider, requests.provider) as provider,
    coalesce(spend.usage_date, attributed.usage_date, requests.usage_date) as usage_date
from spend
full outer join attributed on spend.provider = attributed.provider and spend.usage_date = attributed.usage_date
full outer join requests on spend.provider = requests.provider and spend.usage_date = requests.usage_date
where
    coalesce(spend.effective_cost_usd, 0) <> coalesce(attributed.effective_cost_usd, 0)
    or coalesce(spend.billed_cost_usd, 0) <> coalesce(attributed.billed_cost_usd, 0)
    or coalesce(spend.request_count, 0) <> coalesce(requests.request_count, 0)
    -- tokens that only the provider reports come on top
    or coalesce(spend.total_tokens, 0) < coalesce(requests.total_tokens, 0)
