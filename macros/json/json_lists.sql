{# Sum of a number over a JSON list of objects held as text; 0 without a list. Arguments: column, key. #}
{% macro json_list_sum(column, key) -%}
    {{ return(adapter.dispatch('json_list_sum', 'ai_finops')(column, key)) }}
{%- endmacro %}

{% macro default__json_list_sum(column, key) -%}
    coalesce(
        list_sum(cast(json_extract_string({{ column }}, '$[*].{{ key }}') as decimal(28,12)[])), 0
    )
{%- endmacro %}

{% macro spark__json_list_sum(column, key) -%}
    aggregate(
        coalesce(from_json({{ column }}, 'array<struct<{{ key }}:decimal(28,12)>>'), array()),
        cast(0 as decimal(28,12)),
        (total, item) -> cast(total + coalesce(item.{{ key }}, 0) as decimal(28,12))
    )
{%- endmacro %}

{#
  A JSON list of {key, value} objects held as text as one JSON object, text; null where it is empty. A key that stands
  twice keeps its first value. Arguments: column; key (name of the field that holds the key).
#}
{% macro key_values_object(column, key='key') -%}
    {{ return(adapter.dispatch('key_values_object', 'ai_finops')(column, key)) }}
{%- endmacro %}

{% macro default__key_values_object(column, key) -%}
    nullif(cast(list_reduce(
        list_prepend(
            cast('{}' as json),
            list_transform(
                from_json({{ column }}, '[{"{{ key }}":"VARCHAR","value":"VARCHAR"}]'),
                lambda item: json_object(item.{{ key }}, item.value)
            )
        ),
        lambda whole, item: json_merge_patch(item, whole)
    ) as varchar), '{}')
{%- endmacro %}

{% macro spark__key_values_object(column, key) -%}
    nullif(to_json(map_from_entries(array_distinct(
        from_json({{ column }}, 'array<struct<{{ key }}:string,value:string>>')
    ))), '{}')
{%- endmacro %}

{#
  Value of one dimension in Azure Monitor's list of {name: {value}, value}, whatever the case of its name; null where it
  is not among them. Arguments: column, dimension (lower case).
#}
{% macro metric_dimension(column, dimension) -%}
    {{ return(adapter.dispatch('metric_dimension', 'ai_finops')(column, dimension)) }}
{%- endmacro %}

{% macro default__metric_dimension(column, dimension) -%}
    nullif(list_extract(
        json_extract_string({{ column }}, '$[*].value'),
        list_position(
            list_transform(json_extract_string({{ column }}, '$[*].name.value'), lambda name: lower(name)),
            '{{ dimension }}'
        )
    ), '')
{%- endmacro %}

{% macro spark__metric_dimension(column, dimension) -%}
    nullif(element_at(filter(
        from_json({{ column }}, 'array<struct<name:struct<value:string>,value:string>>'),
        item -> lower(item.name.value) = '{{ dimension }}'
    ), 1).value, '')
{%- endmacro %}

{#
  Sum over a list of {key: {metric, unit}, value} objects (Snowflake's METRICS) of those with the unit and one of the metrics;
  0 without any. Arguments: column, metrics (names in lower case; none for all), unit.
#}
{% macro metric_quantity(column, metrics, unit) -%}
    {{ return(adapter.dispatch('metric_quantity', 'ai_finops')(column, metrics, unit)) }}
{%- endmacro %}

{% macro default__metric_quantity(column, metrics, unit) -%}
    coalesce(list_sum(list_transform(
        from_json({{ column }}, '[{"key":{"metric":"VARCHAR","unit":"VARCHAR"},"value":"DECIMAL(28,6)"}]'),
        lambda item: case when {{ metric_matches(metrics, unit) }} then item.value end
    )), 0)
{%- endmacro %}

{% macro spark__metric_quantity(column, metrics, unit) -%}
    aggregate(
        coalesce(
            from_json({{ column }}, 'array<struct<key:struct<metric:string,unit:string>,value:decimal(28,6)>>'), array()
        ),
        cast(0 as decimal(28,6)),
        (total, item) -> cast(
            total + case when {{ metric_matches(metrics, unit) }} then coalesce(item.value, 0) else 0 end
            as decimal(28,6)
        )
    )
{%- endmacro %}

{# Condition on the lambda variable item of metric_quantity. Arguments: metrics, unit. #}
{% macro metric_matches(metrics, unit) -%}
    lower(item.key.unit) = '{{ unit }}'
    {%- if metrics %} and lower(item.key.metric) in ('{{ metrics | join("', '") }}'){% endif %}
{%- endmacro %}

{#
  Value of one custom field in a JSON list of {id, value} objects held as text; null without an id. Arguments: column,
  field_id (expressions).
#}
{% macro custom_field(column, field_id) -%}
    {{ json_value(key_values_object(column, key='id'), field_id) }}
{%- endmacro %}

{#
  Flat JSON object (text) of texts by key; those that are null are left out, null where all are. Quotes in a text become
  apostrophes, backslashes and line ends blanks. Arguments: texts (key to expression).
#}
{% macro flat_object(texts) -%}
    '{' || nullif(concat_ws(
            ',',
            {%- for name, expression in texts.items() %}
            '"{{ name }}":"' || translate({{ expression }}, {{ unsafe_characters() }}, '''    ') || '"'
            {{- ',' if not loop.last }}
            {%- endfor %}
        ), '') || '}'
{%- endmacro %}

{# The characters that a JSON text must not hold as they are: quote, backslash, line feed, carriage return, tab. #}
{% macro unsafe_characters() -%}
    chr(34) || chr(92) || chr(10) || chr(13) || chr(9)
{%- endmacro %}
