-- Per account, model, service tier and context tier no day may have two prices: a join on the day would double requests.
with periods as (
    select
        price_key,
        valid_from,
        valid_to,
        max(valid_to) over (
            partition by
                provider,
                billing_account_id,
                model,
                service_tier,
                context_tier
            order by valid_from, valid_to
            rows between unbounded preceding and 1 preceding
        ) as previous_valid_to
    from {{ ref('dim_prices') }}
)

select * from periods
where valid_to <= valid_from or previous_valid_to > valid_from
