-- Samples of measured series; a later scrape of the same moment replaces the earlier one.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('samples', surrogate_key(
    ['source', 'stream', 'series_source', 'billing_account_id', 'metric', 'labels', 'sampled_at']
)) }}
