-- Links between outcomes and requests, sessions or traces, as last stated.
-- Comes after the touched days, which read what it holds from earlier runs.
-- depends_on: {{ ref('int_run__touched_days') }}
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('links', surrogate_key(['source', 'stream', 'outcome_id', 'request_id', 'session_id', 'trace_id'])) }}
