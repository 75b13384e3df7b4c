{#
  A whole number that a flat JSON object (text) holds under one of several names, the largest where several are filled;
  0 where none is. Arguments: column, keys (list of text). Example: json_count('usage', ['input', 'prompt_tokens'])
#}
{% macro json_count(column, keys) -%}
    cast(greatest(
            {%- for key in keys %}
            coalesce(cast({{ json_value(column, "'" ~ key ~ "'") }} as decimal(28,6)), 0),
            {%- endfor %}
            0
        ) as bigint)
{%- endmacro %}
