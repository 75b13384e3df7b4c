-- The bill as it stands: per scope and bucket all rows of the latest complete pull (an empty one too), and per charge
-- id the latest record. An empty bucket keeps one row, so that it goes on hiding what it replaced.
-- Comes after the touched days, which read what it holds from earlier runs.
-- depends_on: {{ ref('int_run__touched_days') }}
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='unit_key') }}
{{ latest_pull('charges', charge_unit_key(), "case when charge_id is null then 0 else _source_line end") }}
