{#
  Ratio of two numbers as decimal(18,9): null where the denominator is zero or null. The only place where money is
  divided; use it at the very end, in a ratio or unit-cost column. Arguments: numerator, denominator, type.
  Example: safe_ratio('linked_cost_usd', 'successful_count', 'decimal(28,12)')
#}
{% macro safe_ratio(numerator, denominator, type='decimal(18,9)') -%}
    cast(({{ numerator }}) / nullif({{ denominator }}, 0) as {{ type }})
{%- endmacro %}
