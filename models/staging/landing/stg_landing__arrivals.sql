with arrivals as (
    select * from {{ source('landing', 'arrivals') }}
),

final as (
    select
        batch_id,
        load_seq,
        pull_id,
        source,
        stream,
        source_file,
        sha256,
        byte_count,
        scope,
        scope_key,
        tags,
        window_start_at,
        window_end_at,
        is_complete,
        arrived_at,
        landed_count,
        raw_count,
        quarantined_count,
        duplicate_count,
        ignored_count,
        fields_seen,
        expectation_failures,
        loaded_date
    from arrivals
)

select * from final
