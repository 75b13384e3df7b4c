-- Invoice lines as they stand.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('invoices', surrogate_key(['source', 'invoice_id', 'line_number'])) }}
