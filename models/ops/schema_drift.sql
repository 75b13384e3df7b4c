with drift as (
    select * from {{ ref('stg_landing__drift') }}
),

final as (
    select
        {{ surrogate_key(['batch_id', 'load_seq', 'field', 'drift']) }} as drift_key,
        batch_id,
        source,
        stream,
        field,
        drift,
        record_count,
        arrived_at
    from drift
)

select * from final
