select
    cast(null as varchar) as request_key,
    cast(null as varchar) as outcome_key,
    cast(null as date) as usage_date,
    cast(null as varchar) as link_method,
    cast(null as decimal(9,6)) as confidence,
    cast(null as decimal(26,18)) as weight,
    cast(null as decimal(28,12)) as linked_cost_usd,
    cast(null as decimal(28,12)) as linked_billed_cost_usd,
    cast(null as bigint) as total_tokens
where false
