-- Per pending batch: request records that replaced or repeated a record already known, so that records = requests +
-- superseded versions. first_load_seq says which batch brought a key first, also when a run is taken again.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='batch_id') }}

with records as (
    {{ union_streams('requests', where=pending_batches_filter()) }}
),

latest_records as (
    select * from {{ ref('int_requests__latest') }}
),

batch_spans as (
    select
        _batch_id as batch_id,
        source,
        stream,
        min(_load_seq) as first_load_seq,
        max(_load_seq) as last_load_seq,
        count(*) as record_count
    from records
    group by
        _batch_id,
        source,
        stream
),

new_keys as (
    select
        batch_spans.batch_id,
        batch_spans.source,
        batch_spans.stream,
        count(*) as new_key_count
    from batch_spans
    inner join latest_records
        on
            batch_spans.source = latest_records.source
            and batch_spans.stream = latest_records.stream
            and batch_spans.first_load_seq <= latest_records.first_load_seq
            and batch_spans.last_load_seq >= latest_records.first_load_seq
    group by
        batch_spans.batch_id,
        batch_spans.source,
        batch_spans.stream
),

final as (
    select
        batch_spans.batch_id,
        batch_spans.source,
        batch_spans.stream,
        batch_spans.record_count - coalesce(new_keys.new_key_count, 0) as superseded_count
    from batch_spans
    left join new_keys
        on
            batch_spans.batch_id = new_keys.batch_id
            and batch_spans.source = new_keys.source
            and batch_spans.stream = new_keys.stream
)

select * from final
