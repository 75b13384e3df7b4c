-- Links between outcomes and requests, sessions or traces, as last stated.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('links', surrogate_key(['source', 'stream', 'outcome_id', 'request_id', 'session_id', 'trace_id'])) }}
