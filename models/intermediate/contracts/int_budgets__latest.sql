-- Budgets that sources enforce, as they stand.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('budgets', surrogate_key(['source', 'budget_id'])) }}
