select
    cast(null as varchar) as model_key,
    cast(null as varchar) as provider,
    cast(null as varchar) as model,
    cast(null as varchar) as model_name,
    cast(null as varchar) as model_developer,
    cast(null as varchar) as model_family,
    cast(null as varchar) as model_tier,
    cast(null as boolean) as is_in_price_list
where false
