-- Records that staging shows for each pending batch: the warehouse's own count, to hold against the gate's.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='batch_id') }}

with records as (
    {% for kind in canonical_kinds() if streams_of_kind(kind) %}
    select
        _batch_id,
        source,
        stream
    from ({{ union_streams(kind, where=pending_batches_filter()) }}) as {{ kind }}_rows
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        _batch_id as batch_id,
        source,
        stream,
        count(*) as record_count
    from records
    group by
        _batch_id,
        source,
        stream
)

select * from final
