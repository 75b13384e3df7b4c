{#
  A request's share of the bill before closing: tokens x unit cost of its group, over all meters, USD.
  Arguments: requests (alias with the meters), group_costs (alias with the unit costs), kind (effective, billed).
#}
{% macro request_share(requests, group_costs, kind) -%}
    cast(
        {%- for meter in token_meters() %}
        cast({{ requests }}.{{ meter }} as decimal(12,0)) * {{ group_costs }}.{{ meter }}_{{ kind }}_unit_usd
        {{- ' +' if not loop.last }}
        {%- endfor %}
        as decimal(28,12)
    )
{%- endmacro %}
