-- The last model of a build: it stands behind every other one, so it is reached only when all of them are built and all
-- their tests passed. A build of a part of the project adds nothing.
{{ config(
    materialized='incremental', incremental_strategy='append', unique_key='batch_id', post_hook="{{ finish_run() }}"
) }}
-- depends_on: {{ ref('conservation') }}
-- depends_on: {{ ref('load_audit') }}
-- depends_on: {{ ref('schema_drift') }}
-- depends_on: {{ ref('unpriced_usage') }}
-- depends_on: {{ ref('refused_links') }}
-- depends_on: {{ ref('fct_ai_usage') }}
-- depends_on: {{ ref('fct_kpi_values') }}
-- depends_on: {{ ref('bridge_request_outcomes') }}
-- depends_on: {{ ref('dim_owners') }}

with pending_batches as (
    select * from {{ ref('int_run__pending_batches') }}
),

final as (
    select
        batch_id,
        source,
        stream,
        loaded_date,
        last_load_seq
    from pending_batches
    {% if not is_complete_build() %}
    where false
    {% endif %}
)

select * from final
