{# True where text matches a regular expression somewhere in it. Arguments: text, pattern (expressions). #}
{% macro regex_matches(text, pattern) -%}
    {{ return(adapter.dispatch('regex_matches', 'ai_finops')(text, pattern)) }}
{%- endmacro %}

{% macro default__regex_matches(text, pattern) -%}
    regexp_matches({{ text }}, {{ pattern }})
{%- endmacro %}

{% macro spark__regex_matches(text, pattern) -%}
    rlike({{ text }}, {{ pattern }})
{%- endmacro %}

{#
  Forms of a model name to look up, as SQL expressions, the most literal first: the name itself; without its first
  path segment (a gateway's prefix: groq/openai/gpt-oss-120b); the last segment (openai/gpt-5.4, an ARN,
  publishers/google/models/...); that without an @version; and that with a date 20260305 at its end written 2026-03-05.
  Nothing else is taken off: a version that the price list does not know stays unknown. Argument: name (lower case).
#}
{% macro model_name_forms(name) -%}
    {%- set last_segment = "regexp_replace(" ~ name ~ ", '^.*/', '')" -%}
    {%- set unversioned = "regexp_replace(" ~ last_segment ~ ", '@.*$', '')" -%}
    {%- set dashed -%}
        case
            when {{ regex_matches(unversioned, "'-20[0-9]{6}$'") }}
                then
                    left({{ unversioned }}, length({{ unversioned }}) - 4)
                    || '-' || left(right({{ unversioned }}, 4), 2)
                    || '-' || right({{ unversioned }}, 2)
        end
    {%- endset -%}
    {{ return([
        name,
        "regexp_replace(" ~ name ~ ", '^[^/]*/', '')",
        last_segment,
        unversioned,
        dashed,
    ]) }}
{%- endmacro %}

{#
  True where a name matches an alias rule of the seed model_aliases. Both are lower case. Arguments: name (expression),
  rule (table alias with match_type and match_value).
#}
{% macro matches_alias(name, rule) -%}
    case {{ rule }}.match_type
        when 'equals' then {{ name }} = {{ rule }}.match_value
        when 'starts_with' then left({{ name }}, length({{ rule }}.match_value)) = {{ rule }}.match_value
        when 'ends_with' then right({{ name }}, length({{ rule }}.match_value)) = {{ rule }}.match_value
        when 'contains' then position({{ rule }}.match_value in {{ name }}) > 0
        when 'regex' then {{ regex_matches(name, rule ~ '.match_value') }}
    end
{%- endmacro %}
