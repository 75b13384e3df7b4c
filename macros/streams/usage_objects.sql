{# Number at a path of a JSON object held as text; null where it is missing. Arguments: column, path. #}
{% macro json_number(column, path) -%}
    cast({{ json_path(column, path) }} as decimal(28,12))
{%- endmacro %}

{# Text at a dotted path of a JSON object held as text. Arguments: column, path. #}
{% macro json_path(column, path) -%}
    {{ return(adapter.dispatch('json_path', 'ai_finops')(column, path)) }}
{%- endmacro %}

{% macro default__json_path(column, path) -%}
    json_extract_string({{ column }}, '$.{{ path }}')
{%- endmacro %}

{% macro spark__json_path(column, path) -%}
    get_json_object({{ column }}, '$.{{ path }}')
{%- endmacro %}

{#
  Whole number at the first of several paths that is there; null where none is. Arguments: column, paths.
  Example: first_count('usage', ['prompt_tokens_details.cached_tokens', 'cached_tokens'])
#}
{% macro first_count(column, paths) -%}
    coalesce(
        {%- for path in paths %}
        cast({{ json_path(column, path) }} as bigint){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#
  Tokens of one modality in a list of {modality, tokenCount}, as Google's usage objects have it; 0 without one. A list
  names each modality once. Arguments: column, path (of the list), modality (upper case).
#}
{% macro modality_tokens(column, path, modality) -%}
    {{ return(adapter.dispatch('modality_tokens', 'ai_finops')(column, path, modality)) }}
{%- endmacro %}

{% macro default__modality_tokens(column, path, modality) -%}
    coalesce(cast(nullif(regexp_extract(
        json_extract_string({{ column }}, '$.{{ path }}'),
        '\{[^}]*"modality"\s*:\s*"{{ modality }}"[^}]*\}'
    ), '')::json ->> 'tokenCount' as bigint), 0)
{%- endmacro %}

{% macro spark__modality_tokens(column, path, modality) -%}
    coalesce(cast(get_json_object(nullif(regexp_extract(
        get_json_object({{ column }}, '$.{{ path }}'),
        '\\{[^}]*"modality"\\s*:\\s*"{{ modality }}"[^}]*\\}', 0
    ), ''), '$.tokenCount') as bigint), 0)
{%- endmacro %}

{#
  Tokens written to the one-hour cache in a Bedrock converse usage object, whose cacheDetails list has {ttl,
  inputTokens}; null without one. Arguments: column.
#}
{% macro converse_long_cache_tokens(column) -%}
    {{ return(adapter.dispatch('converse_long_cache_tokens', 'ai_finops')(column)) }}
{%- endmacro %}

{% macro default__converse_long_cache_tokens(column) -%}
    cast(nullif(regexp_extract(
            json_extract_string({{ column }}, '$.cacheDetails'), '\{[^}]*"ttl"\s*:\s*"1h"[^}]*\}'
        ), '')::json ->> 'inputTokens' as bigint)
{%- endmacro %}

{% macro spark__converse_long_cache_tokens(column) -%}
    cast(get_json_object(nullif(regexp_extract(
            get_json_object({{ column }}, '$.cacheDetails'), '\\{[^}]*"ttl"\\s*:\\s*"1h"[^}]*\\}', 0
        ), ''), '$.inputTokens') as bigint)
{%- endmacro %}

{#
  Service tier that a usage object states (service_tier, serviceTier, or Google's trafficType), in the names that prices
  use. Google's provisioned traffic has no price per token, and pay-as-you-go is standard. Arguments: column.
#}
{% macro usage_object_service_tier(column) -%}
    {%- set stated = "coalesce(" ~ json_path(column, 'service_tier') ~ ", " ~ json_path(column, 'serviceTier') ~ ")" -%}
    {{ canonical_service_tier(stated) }}
{%- endmacro %}
