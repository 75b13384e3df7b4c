{#
  JSON object (text) of quantities that are no tokens, by unit name; units without a quantity are left out, and an object
  without units is null. Arguments: units (unit name to expression); or unit and quantity (two expressions) for a single
  unit that the record names. Example: units_object({'web_search_requests': 'server_tool_use.web_search_requests'})
#}
{% macro units_object(units, unit=none, quantity=none) -%}
    {%- if unit -%}
    '{"' || replace(replace({{ unit }}, '\\', ''), '"', '') || '":' || cast({{ quantity }} as varchar) || '}'
    {%- else -%}
    '{' || nullif(concat_ws(
            ',',
            {%- for name, expression in units.items() %}
            case when {{ expression }} <> 0 then '"{{ name }}":' || cast({{ expression }} as varchar) end
            {{- ',' if not loop.last }}
            {%- endfor %}
        ), '') || '}'
    {%- endif -%}
{%- endmacro %}

{# The keys of a flat JSON object held as text, one row each; stands in a select list. Arguments: column. #}
{% macro unnest_keys(column) -%}
    {{ return(adapter.dispatch('unnest_keys', 'ai_finops')(column)) }}
{%- endmacro %}

{% macro default__unnest_keys(column) -%}
    unnest(json_keys({{ column }}))
{%- endmacro %}

{% macro spark__unnest_keys(column) -%}
    explode(json_object_keys({{ column }}))
{%- endmacro %}
