-- Measures that sources add to their outcomes, as they stand.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('outcome_measures', surrogate_key(['source', 'outcome_source_id'])) }}
