-- Comes after the touched days, which read what it holds from earlier runs.
-- depends_on: {{ ref('int_run__touched_days') }}
with arrivals as (
    select * from {{ ref('stg_landing__arrivals') }}
),

newest as (
    select coalesce(max(arrived_at), cast('1970-01-01' as timestamp)) as data_as_of from arrivals
),

final as (
    select
        data_as_of,
        {% if var('run_started_at', none) %}
        cast('{{ var("run_started_at") }}' as timestamp) as run_started_at
        {% else %}
        data_as_of as run_started_at
        {% endif %}
    from newest
)

select * from final
