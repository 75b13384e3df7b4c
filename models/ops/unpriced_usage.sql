with requests as (
    select * from {{ ref('fct_ai_requests') }}
    where not is_priced
),

dim_models as (
    select * from {{ ref('dim_models') }}
),

unpriced as (
    select
        requests.usage_date,
        requests.provider,
        requests.billing_account_id,
        requests.model,
        requests.service_tier,
        requests.context_tier,
        case when dim_models.is_in_price_list then 'missing_price' else 'unknown_model' end as reason,
        count(*) as request_count,
        cast(sum(requests.total_tokens) as bigint) as total_tokens,
        cast(sum(requests.effective_cost_usd) as decimal(28,12)) as effective_cost_usd
    from requests
    left join dim_models on requests.provider = dim_models.provider and requests.model = dim_models.model
    group by all
),

final as (
    select
        {{ surrogate_key(['usage_date', 'provider', 'billing_account_id', 'model', 'service_tier', 'context_tier']) }}
            as unpriced_usage_key,
        usage_date,
        provider,
        billing_account_id,
        model,
        service_tier,
        context_tier,
        reason,
        request_count,
        total_tokens,
        effective_cost_usd
    from unpriced
)

select * from final
