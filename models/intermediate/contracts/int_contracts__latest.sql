-- Agreements on price or capacity, as they stand.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('contracts', surrogate_key(['source', 'contract_id'])) }}
