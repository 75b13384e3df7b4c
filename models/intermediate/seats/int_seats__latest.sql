-- Seats as they stand, per day that a record describes.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{{ latest_record('seats', surrogate_key([
    'source', 'stream', 'provider', 'billing_account_id', 'sub_account_id', 'product',
    'user_id', 'seat_date'
])) }}
