{#
  FOCUS 1.5 TokenDirection of a token meter: Input or Output. Argument: direction (column of
  dim_meters).
#}
{% macro focus_token_direction(direction) -%}
    case {{ direction }} when 'input' then 'Input' when 'output' then 'Output' end
{%- endmacro %}

{#
  FOCUS 1.5 TokenCacheAction of a token meter: Uncached, Read or Write; the key is absent on the
  output side.
  Arguments: direction, cache_action (columns of dim_meters).
#}
{% macro focus_token_cache_action(direction, cache_action) -%}
    case
        when {{ direction }} <> 'input' then null
        when {{ cache_action }} = 'none' then 'Uncached'
        when {{ cache_action }} = 'read' then 'Read'
        when {{ cache_action }} like 'write%' then 'Write'
    end
{%- endmacro %}

{#
  How long a written cache entry lives, Short or Long; null for every other meter. Argument:
  cache_action.
#}
{% macro focus_cache_retention(cache_action) -%}
    case {{ cache_action }} when 'write_short' then 'Short' when 'write_long' then 'Long' end
{%- endmacro %}
