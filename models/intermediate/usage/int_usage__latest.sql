-- Providers' usage reports as they stand: per scope and bucket all rows of the latest complete pull, an empty one too.
-- Comes after the touched days, which read what it holds from earlier runs.
-- depends_on: {{ ref('int_run__touched_days') }}
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='unit_key') }}
{{ latest_pull('usage', usage_unit_key(), '0') }}
