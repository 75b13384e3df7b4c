{#
  Rows of the winning pull of each unit (a report's bucket, or a charge with an id): complete pulls beat incomplete ones,
  later ones beat earlier ones, and all rows of the winner stay. Incremental on unit_key.
  Arguments: kind (canonical kind), unit_key (expression), line (expression: 0 where a pull replaces the whole unit,
  the source line where each record replaces the one before). Files of one batch are parts of one pull where the stream
  says so (is_multi_part); elsewhere each file is a pull of its own.
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
        _tags,
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
        _tags,
        unit_line
    from {{ this }}
    where
        unit_key in (select keyed.unit_key from keyed)
        and _load_seq not in (select keyed._load_seq from keyed)
    {% endif %}
),

-- batch ids begin with the number of the batch's first arrival, so that both sort in order of arrival
pulls as (
    select
        *,
        case when is_multi_part then _batch_id else lpad(cast(_load_seq as varchar), 12, '0') end as pull_key
    from versions
),

judged as (
    select
        *,
        min(case when _is_complete or unit_line > 0 then 1 else 0 end) over (
            partition by unit_key, pull_key
        ) as is_whole_pull
    from pulls
),

ranked as (
    select
        *,
        rank() over (partition by unit_key order by is_whole_pull desc, pull_key desc, unit_line desc) as version_rank
    from judged
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
        _tags,
        unit_line
    from ranked
    where version_rank = 1
)

select * from final
{%- endmacro %}
