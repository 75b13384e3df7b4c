with quarantine as (
    select * from {{ source('landing', 'quarantine') }}
),

final as (
    select
        batch_id,
        load_seq,
        source,
        stream,
        source_file,
        source_line,
        byte_offset,
        field,
        reason,
        arrived_at,
        loaded_date
    from quarantine
)

select * from final
