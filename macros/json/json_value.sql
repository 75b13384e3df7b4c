{#
  Text of one key of a flat JSON object held as text; null where the key is missing. The key is an expression.
  Arguments: column, key. Example: json_value('tags', 'trusted_tags.tag_key')
#}
{% macro json_value(column, key) -%}
    {{ return(adapter.dispatch('json_value', 'ai_finops')(column, key)) }}
{%- endmacro %}

{% macro default__json_value(column, key) -%}
    json_extract_string({{ column }}, '$."' || {{ key }} || '"')
{%- endmacro %}

{% macro spark__json_value(column, key) -%}
    get_json_object({{ column }}, concat('$.', {{ key }}))
{%- endmacro %}
