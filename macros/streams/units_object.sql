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

{#
  Rows of a relation once per unit of its column other_units, with columns unit (text) and quantity (decimal).
  Arguments: relation (name of a CTE), columns (list of columns to carry).
#}
{% macro unnest_units(relation, columns) -%}
    {{ return(adapter.dispatch('unnest_units', 'ai_finops')(relation, columns)) }}
{%- endmacro %}

{% macro default__unnest_units(relation, columns) -%}
    select
        {{ columns | join(',\n        ') }},
        unit,
        cast(json_extract_string(other_units, '$."' || unit || '"') as decimal(28,12)) as quantity
    from (
        select
            {{ columns | join(',\n            ') }},
            other_units,
            unnest(json_keys(other_units)) as unit
        from {{ relation }}
        where other_units is not null
    ) as units
{%- endmacro %}

{% macro spark__unnest_units(relation, columns) -%}
    select
        {{ columns | join(',\n        ') }},
        unit,
        cast(quantity as decimal(28,12)) as quantity
    from {{ relation }}
    lateral view explode(from_json(other_units, 'map<string,decimal(28,12)>')) as unit, quantity
    where other_units is not null
{%- endmacro %}
