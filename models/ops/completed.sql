-- The last model of a build: it stands behind every other one, so it is reached only when all of them are built and all
-- their tests passed. A build of a part of the project adds nothing.
{{ config(
    materialized='incremental', incremental_strategy='append', unique_key='batch_id', post_hook="{{ finish_run() }}"
) }}
-- depends_on: {{ ref('conservation') }}
-- depends_on: {{ ref('int_scores__latest') }}
-- depends_on: {{ ref('int_seats__latest') }}
-- depends_on: {{ ref('int_samples__latest') }}
-- depends_on: {{ ref('int_contracts__latest') }}
-- depends_on: {{ ref('int_budgets__latest') }}
-- depends_on: {{ ref('int_credentials__latest') }}
-- depends_on: {{ ref('int_fx_rates__latest') }}
-- depends_on: {{ ref('int_invoices__latest') }}
-- depends_on: {{ ref('load_audit') }}
-- depends_on: {{ ref('mart_readiness') }}
-- depends_on: {{ ref('schema_drift') }}
-- depends_on: {{ ref('unpriced_usage') }}
-- depends_on: {{ ref('unpriced_units') }}
-- depends_on: {{ ref('refused_links') }}
-- depends_on: {{ ref('unmapped_meters') }}
-- depends_on: {{ ref('out_of_scope_charges') }}
-- depends_on: {{ ref('charge_findings') }}
-- depends_on: {{ ref('fct_ai_usage') }}
-- depends_on: {{ ref('fct_ai_usage_units') }}
-- depends_on: {{ ref('fct_ai_request_units') }}
-- depends_on: {{ ref('fct_kpi_values') }}
-- depends_on: {{ ref('bridge_request_outcomes') }}
-- depends_on: {{ ref('dim_owners') }}
-- depends_on: {{ ref('attribution_coverage_daily') }}
-- depends_on: {{ ref('cost_per_outcome_daily') }}
-- depends_on: {{ ref('cost_per_outcome_monthly') }}
-- depends_on: {{ ref('reconciliation_daily') }}
-- depends_on: {{ ref('showback_monthly') }}
-- depends_on: {{ ref('spend_anomalies') }}
-- depends_on: {{ ref('token_unit_costs_daily') }}

with arrivals as (
    select * from {{ ref('stg_landing__arrivals') }}
),

final as (
    select
        batch_id,
        source,
        stream,
        loaded_date,
        max(load_seq) as last_load_seq
    from arrivals
    where
    {% if not is_complete_build() %}
        false
    {% elif is_incremental() %}
        batch_id not in (select known.batch_id from {{ this }} as known)
    {% else %}
        true
    {% endif %}
    group by all
)

select * from final
