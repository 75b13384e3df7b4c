{#
  Key of an owner: team, use case, product, environment and cost centre. Arguments: alias of the table that holds them,
  cost_center (expression; default: the table's own column).
#}
{% macro owner_key(alias, cost_center=none) -%}
    {{ surrogate_key([alias ~ '.team', alias ~ '.use_case', alias ~ '.product', alias ~ '.environment',
        cost_center or alias ~ '.cost_center']) }}
{%- endmacro %}
