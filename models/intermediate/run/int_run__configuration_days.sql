-- Days on which configuration changed since the last complete build, and days whose bills became final since then.
{{ config(materialized='view') }}

with seed_rows as (
    select * from {{ ref('int_run__seed_rows') }}
),

arrivals as (
    select * from {{ ref('stg_landing__arrivals') }}
),

applied_seed_rows as (
    {{ applied_seed_rows() }}
),

previous_as_of as (
    {{ previous_rows('as_of', [{'name': 'data_as_of', 'type': 'timestamp'}]) }}
),

existing_charges as (
    {{ previous_rows('fct_ai_charges', [
        {'name': 'usage_date', 'type': 'date'},
        {'name': 'final_at', 'type': 'timestamp'},
    ]) }}
),

existing_requests as (
    {{ previous_rows('int_requests__latest', [{'name': 'usage_date', 'type': 'date'}]) }}
),

existing_usage as (
    {{ previous_rows('fct_ai_usage', [{'name': 'usage_date', 'type': 'date'}]) }}
),

known_days as (
    select usage_date from existing_charges
    union
    select usage_date from existing_requests
    union
    select usage_date from existing_usage
),

changed_seed_rows as (
    select
        coalesce(seed_rows.valid_from, applied_seed_rows.valid_from) as valid_from,
        coalesce(seed_rows.valid_to, applied_seed_rows.valid_to) as valid_to
    from seed_rows
    full outer join applied_seed_rows
        on
            seed_rows.seed_name = applied_seed_rows.seed_name
            and seed_rows.row_hash = applied_seed_rows.row_hash
    where seed_rows.row_hash is null or applied_seed_rows.row_hash is null
),

now_as_of as (
    select max(arrived_at) as data_as_of from arrivals
),

final as (
    select known_days.usage_date
    from known_days
    inner join changed_seed_rows
        on
            known_days.usage_date >= changed_seed_rows.valid_from
            and known_days.usage_date < changed_seed_rows.valid_to
    union
    select existing_charges.usage_date
    from existing_charges
    cross join previous_as_of
    cross join now_as_of
    where
        existing_charges.final_at > previous_as_of.data_as_of
        and existing_charges.final_at <= now_as_of.data_as_of
)

select * from final
