-- Business metrics as last stated.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{% set key = ['source', 'use_case', 'kpi', 'period_start_date', 'customer_id', 'product'] %}
{{ latest_record('kpi_values', surrogate_key(key)) }}
