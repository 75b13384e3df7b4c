{#
  Fingerprint of a whole row, over all columns of a relation in their order. Arguments: relation.
  Example: row_fingerprint(ref('teams'))
#}
{% macro row_fingerprint(relation) -%}
    {%- if execute -%}
        {{ surrogate_key(adapter.get_columns_in_relation(relation) | map(attribute='name') | list) }}
    {%- else -%}
        cast(null as varchar)
    {%- endif -%}
{%- endmacro %}
