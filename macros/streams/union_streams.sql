{#
  Union of all streams of a canonical kind, with every column named: a column that a staging model lacks is a typed null.
  A kind without streams has no rows.
  Columns are those of streams/canonical.yml plus source, stream and the audit columns.
  Arguments: kind; where (predicate pushed into every branch, so that only the partitions it names are read).
  Example: union_streams('requests', where=pending_batches_filter())
#}
{% macro union_streams(kind, where='true') -%}
    {%- if not streams_of_kind(kind) %}
    select
        cast(null as varchar) as source,
        cast(null as varchar) as stream
        {%- for column in canonical_columns(kind) + canonical_columns('audit') %},
        cast(null as {{ column.type }}) as {{ column.name }}
        {%- endfor %}
    where false
    {%- endif %}
    {%- for stream in streams_of_kind(kind) %}
    {%- set relation = ref(stream.model) %}
    {%- set present = [] %}
    {%- if execute %}
        {%- for column in adapter.get_columns_in_relation(relation) %}{% do present.append(column.name) %}{% endfor %}
    {%- endif %}
    select
        '{{ stream.source }}' as source,
        '{{ stream.stream }}' as stream
        {%- for column in canonical_columns(kind) + canonical_columns('audit') %},
        {{ column.name if column.name in present else 'cast(null as ' ~ column.type ~ ')' }} as {{ column.name }}
        {%- endfor %}
    from {{ relation }}
    where {{ where }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
