{# Schemas carry plain names (core, marts, ops ...): one warehouse file holds one environment. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
