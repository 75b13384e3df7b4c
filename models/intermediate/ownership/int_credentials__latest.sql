-- API keys and whom sources say they belong to, as they stand.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('credentials', surrogate_key(['source', 'api_key_id'])) }}
