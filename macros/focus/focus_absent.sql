{#
  FOCUS columns that must be there and have nothing to say yet, as typed nulls with a trailing
  comma each.
  Argument: columns (names). Types are those of the contract: decimal for quantities, else text.
#}
{% macro focus_absent(columns) -%}
    {%- for column in columns %}
    cast(null as {{ 'decimal(38, 14)' if column.endswith('Quantity') else 'varchar' }}) as {{ column }},
    {%- endfor %}
{%- endmacro %}
