-- Context-length thresholds of each model and service tier, side by side: prices are cliffs on the single request.
with prices as (
    select * from {{ ref('dim_prices') }}
),

thresholds as (
    select distinct
        provider,
        model,
        service_tier,
        context_min_tokens
    from prices
    where context_min_tokens > 0
),

final as (
    select
        provider,
        model,
        service_tier,
        min(context_min_tokens) as first_min_tokens,
        case when count(*) > 1 then max(context_min_tokens) end as second_min_tokens
    from thresholds
    group by
        provider,
        model,
        service_tier
)

select * from final
