with arrivals as (
    select * from {{ ref('stg_landing__arrivals') }}
),

final as (
    select
        load_seq,
        batch_id,
        pull_id,
        source,
        stream,
        source_file,
        sha256,
        arrived_at,
        is_complete,
        landed_count,
        raw_count,
        quarantined_count,
        duplicate_count,
        ignored_count,
        landed_count - raw_count - quarantined_count - duplicate_count as gap_count,
        expectation_failures
    from arrivals
)

select * from final
