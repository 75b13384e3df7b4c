{# Property of an AI SKU, with or without the prefix of a custom one. Arguments: column, names (first that is there). #}
{% macro focus_ai_property(column, names) -%}
    coalesce(
        {%- for name in names -%}
            {{ json_value(column, "'x_" ~ name ~ "'") }}, {{ json_value(column, "'" ~ name ~ "'") }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{#
  Token meter by the SKU's properties. Null where they do not tell: no direction, or an input meter that mixes cached and
  other tokens (no cache action). Arguments: column.
#}
{% macro focus_token_meter(column) -%}
    {%- set direction = "lower(" ~ focus_ai_property(column, ['TokenDirection']) ~ ")" -%}
    {%- set action = "lower(" ~ focus_ai_property(column, ['TokenCacheAction']) ~ ")" -%}
    case
        when {{ direction }} = 'output' then 'output_tokens'
        when {{ direction }} = 'input' and {{ action }} = 'uncached' then 'input_uncached_tokens'
        when {{ direction }} = 'input' and {{ action }} = 'read' then 'input_cache_read_tokens'
        when {{ direction }} = 'input' and {{ action }} = 'write' then 'input_cache_write_short_tokens'
    end
{%- endmacro %}
