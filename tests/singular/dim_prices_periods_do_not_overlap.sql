-- Per account, model, service tier and context tier no day may have two prices: a join on the day would double requests.
{{
    test_no_overlap(
        ref('dim_prices'),
        ['provider', 'billing_account_id', 'model', 'service_tier', 'context_tier']
    )
}}
