-- Exchange rates, as they stand.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('fx_rates', surrogate_key(['source', 'rate_date', 'from_currency', 'to_currency'])) }}
