{#
  Rows of the winning pull of each unit (a report's bucket, or a charge with an id): complete pulls beat incomplete ones,
  later ones beat earlier ones, and all rows of the winner stay. Incremental on unit_key.
  Arguments: kind (canonical kind), unit_key (expression), line (expression: 0 where a pull replaces the whole unit,
  the source line where each record replaces the one before).
#}
{% macro latest_pull(kind, unit_key, line) -%}
{%- set carried = canonical_columns(kind) | map(attribute='name') | list -%}
with incoming as (
    {{ union_streams(kind, where=pending_batches_filter()) }}
),

keyed as (
    select
        {{ unit_key }} as unit_key,
        source,
        stream,
        {% for column in carried %}
        {{ column }},
        {% endfor %}
        _load_seq,
        _source_line,
        _batch_id,
        _loaded_at,
        _is_complete,
        {{ line }} as unit_line
    from incoming
),

versions as (
    select * from keyed
    {% if is_incremental() %}
    union all
    select
        unit_key,
        source,
        stream,
        {% for column in carried %}
        {{ column }},
        {% endfor %}
        _load_seq,
        _source_line,
        _batch_id,
        _loaded_at,
        _is_complete,
        unit_line
    from {{ this }}
    where
        unit_key in (select keyed.unit_key from keyed)
        and _load_seq not in (select keyed._load_seq from keyed)
    {% endif %}
),

ranked as (
    select
        *,
        rank() over (
            partition by unit_key
            order by case when _is_complete or unit_line > 0 then 1 else 0 end desc, _load_seq desc, unit_line desc
        ) as version_rank
    from versions
),

final as (
    select
        unit_key,
        source,
        stream,
        cast(bucket_start_at as date) as usage_date,
        {% for column in carried %}
        {{ column }},
        {% endfor %}
        _load_seq,
        _source_line,
        _batch_id,
        _loaded_at,
        _is_complete,
        unit_line
    from ranked
    where version_rank = 1
)

select * from final
{%- endmacro %}
