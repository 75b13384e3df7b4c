select
    cast(null as timestamp) as data_as_of,
    cast(null as timestamp) as run_started_at
where false
