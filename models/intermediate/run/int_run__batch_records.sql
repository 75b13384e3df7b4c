-- Records that staging shows for each pending batch: the warehouse's own count, to hold against the gate's.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='batch_id') }}

with records as (
    {% for kind in canonical_kinds() if streams_of_kind(kind) %}
    {% set is_last_kind = loop.last %}
    {% for stream in streams_of_kind(kind) %}
    select
        _batch_id,
        '{{ stream.source }}' as source,
        '{{ stream.stream }}' as stream
    from {{ ref(stream.model) }}
    where {{ pending_batches_filter() }}
    {{ 'union all' if not (loop.last and is_last_kind) }}
    {% endfor %}
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
