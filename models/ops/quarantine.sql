with quarantined as (
    select * from {{ ref('stg_landing__quarantine') }}
),

final as (
    select
        load_seq,
        source_line,
        batch_id,
        source,
        stream,
        source_file,
        byte_offset,
        field,
        reason,
        arrived_at
    from quarantined
)

select * from final
