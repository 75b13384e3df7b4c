-- Scores of requests, traces and sessions, as they stand.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('scores', surrogate_key(['source', 'score_id'])) }}
