-- Days that arrivals and changed configuration touch. They stay until a complete build, so that a killed run is made
-- good by the next. Built before the latest records are merged, while the old day of a moved record can still be read.
{{ config(materialized='incremental', incremental_strategy='append') }}

with record_days as (
    select * from {{ ref('int_run__record_days') }}
),

outcome_days as (
    select * from {{ ref('int_run__outcome_days') }}
),

sample_days as (
    select * from {{ ref('int_run__sample_days') }}
),

configuration_days as (
    select * from {{ ref('int_run__configuration_days') }}
),

days as (
    select usage_date from record_days
    union
    select usage_date from outcome_days
    union
    select usage_date from sample_days
    union
    select usage_date from configuration_days
),

final as (
    select days.usage_date
    from days
    {% if is_incremental() %}
    where days.usage_date not in (select known.usage_date from {{ this }} as known)
    {% else %}
    -- A first or full build rebuilds every day and needs no list.
    where false
    {% endif %}
)

select * from final
