with drift as (
    select * from {{ source('landing', 'drift') }}
),

final as (
    select
        batch_id,
        load_seq,
        source,
        stream,
        field,
        drift,
        record_count,
        arrived_at,
        loaded_date
    from drift
)

select * from final
