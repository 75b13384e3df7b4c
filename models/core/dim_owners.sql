select
    cast(null as varchar) as owner_key,
    cast(null as varchar) as team,
    cast(null as varchar) as use_case,
    cast(null as varchar) as product,
    cast(null as varchar) as environment,
    cast(null as varchar) as cost_center,
    cast(null as varchar) as value_area,
    cast(null as varchar) as legal_entity,
    cast(null as varchar) as gl_account,
    cast(null as varchar) as pnl_class
where false
