{#
  A SQL expression as JSON text: quoted and escaped. Argument: expression (text). Example:
  focus_json_string('model')
#}
{% macro focus_json_string(expression) -%}
    {{ return(adapter.dispatch('focus_json_string', 'ai_finops')(expression)) }}
{%- endmacro %}

{% macro default__focus_json_string(expression) -%}
    cast(to_json(cast({{ expression }} as varchar)) as varchar)
{%- endmacro %}

{% macro spark__focus_json_string(expression) -%}
    regexp_extract(to_json(named_struct('v', {{ expression }})), '^.{5}(.*).$', 1)
{%- endmacro %}

{#
  Flat JSON object of the properties whose value is not null, as text; null where all are.
  Properties stand in the order given, so that equal values give equal text. Argument:
  properties (list of [key, SQL expression]).
  Example: focus_key_values([['x_ModelId', 'model']])
#}
{% macro focus_key_values(properties) -%}
    '{' || nullif(concat_ws(',',
        {%- for key, expression in properties %}
        case when {{ expression }} is not null
            then '"{{ key }}":' || {{ focus_json_string(expression) }} end
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    ), '') || '}'
{%- endmacro %}

{#
  True where text is a JSON object without objects or lists in it; null for null. Argument:
  expression (text).
  Example: focus_is_flat_json('Tags')
#}
{% macro focus_is_flat_json(expression) -%}
    {{ return(adapter.dispatch('focus_is_flat_json', 'ai_finops')(expression)) }}
{%- endmacro %}

{% macro default__focus_is_flat_json(expression) -%}
    case
        when {{ expression }} is null then null
        when not json_valid({{ expression }}) then false
        when json_type({{ expression }}) <> 'OBJECT' then false
        else not list_has_any(
            list_transform(json_extract({{ expression }}, '$.*'), lambda member: json_type(member)), ['OBJECT', 'ARRAY']
        )
    end
{%- endmacro %}

{% macro spark__focus_is_flat_json(expression) -%}
    coalesce(
        not exists(
            map_values(from_json({{ expression }}, 'map<string,string>')),
            member -> substring(trim(member), 1, 1) in ('{', '[')
        ),
        {{ expression }} is null
    )
{%- endmacro %}
