{#
  Text key over several columns: md5 of the values joined by a separator that no id holds.
  Nulls are told apart from empty text. Arguments: columns (list of SQL expressions).
  Example: surrogate_key(['source', 'request_id'])
#}
{% macro surrogate_key(columns) -%}
    md5(
        {%- for column in columns -%}
        coalesce(cast({{ column }} as varchar), '_null_') {%- if not loop.last %} || '|~|' || {% endif -%}
        {%- endfor -%}
    )
{%- endmacro %}
