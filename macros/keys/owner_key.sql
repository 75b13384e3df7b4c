{# Key of an owner: team, use case, product, environment and cost centre. Arguments: alias of the table that holds them. #}
{% macro owner_key(alias) -%}
    {{ surrogate_key(qualified(['team', 'use_case', 'product', 'environment', 'cost_center'], alias)) }}
{%- endmacro %}
