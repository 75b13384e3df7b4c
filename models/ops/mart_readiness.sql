-- What each mart needs, whether it has arrived, and which streams bring it.
with mart_needs as (
    select * from {{ ref('mart_needs') }}
),

batch_records as (
    select * from {{ ref('int_run__batch_records') }}
),

streams as (
    {% for kind in canonical_kinds() if streams_of_kind(kind) %}
    {% set is_last_kind = loop.last %}
    {% for stream in streams_of_kind(kind) %}
    select
        '{{ kind }}' as kind,
        '{{ stream.source }}' as source,
        '{{ stream.stream }}' as stream
    {{ 'union all' if not (loop.last and is_last_kind) }}
    {% endfor %}
    {% endfor %}
),

counted as (
    select
        streams.kind,
        streams.source || ' ' || streams.stream as stream_name,
        coalesce(sum(batch_records.record_count), 0) as record_count
    from streams
    left join batch_records
        on streams.source = batch_records.source and streams.stream = batch_records.stream
    group by all
),

kinds as (
    select
        kind,
        cast(sum(record_count) as bigint) as record_count,
        {{ dbt.listagg("case when record_count > 0 then stream_name end", "', '", "order by stream_name") }}
            as filled_by,
        {{ dbt.listagg("case when record_count = 0 then stream_name end", "', '", "order by stream_name") }}
            as could_be_filled_by
    from counted
    group by kind
),

final as (
    select
        {{ surrogate_key(['mart_needs.mart', 'mart_needs.kind']) }} as mart_readiness_key,
        -- the need
        mart_needs.mart,
        mart_needs.kind,
        mart_needs.is_essential,
        mart_needs.what,
        -- how it is met
        coalesce(kinds.record_count, 0) as record_count,
        coalesce(kinds.record_count, 0) > 0 as is_met,
        bool_and(coalesce(kinds.record_count, 0) > 0 or not mart_needs.is_essential) over (
            partition by mart_needs.mart
        ) as is_mart_ready,
        kinds.filled_by,
        kinds.could_be_filled_by
    from mart_needs
    left join kinds on mart_needs.kind = kinds.kind
)

select * from final
