-- Batches on which no complete build rests yet; state comes from ops.completed, which is written last.
with arrivals as (
    select * from {{ ref('stg_landing__arrivals') }}
),

completed as (
    {{ previous_rows('completed', [{'name': 'batch_id', 'type': 'varchar'}]) }}
),

final as (
    select
        arrivals.batch_id,
        arrivals.source,
        arrivals.stream,
        arrivals.loaded_date,
        max(arrivals.load_seq) as last_load_seq,
        sum(arrivals.raw_count) as raw_count
    from arrivals
    where arrivals.batch_id not in (select completed.batch_id from completed)
    group by all
)

select * from final
