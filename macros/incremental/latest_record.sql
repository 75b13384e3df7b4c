{#
  Latest record of each key over all arrivals, incremental on record_key. Arguments: kind (canonical kind), record_key
  (expression).
#}
{% macro latest_record(kind, record_key) -%}
{%- set carried = canonical_columns(kind) | map(attribute='name') | list -%}
with incoming as (
    {{ union_streams(kind, where=pending_batches_filter()) }}
),

keyed as (
    select
        {{ record_key }} as record_key,
        source,
        stream,
        {% for column in carried %}
        {{ column }},
        {% endfor %}
        _load_seq,
        _source_line,
        _batch_id,
        _loaded_at
    from incoming
),

versions as (
    select * from keyed
    {% if is_incremental() %}
    union all
    select
        record_key,
        source,
        stream,
        {% for column in carried %}
        {{ column }},
        {% endfor %}
        _load_seq,
        _source_line,
        _batch_id,
        _loaded_at
    from {{ this }}
    where
        record_key in (select keyed.record_key from keyed)
        and _load_seq not in (select keyed._load_seq from keyed)
    {% endif %}
),

final as (
    select *
    from versions
    qualify row_number() over (partition by record_key order by _load_seq desc, _source_line desc) = 1
)

select * from final
{%- endmacro %}
