{# Audit columns that every staging model passes on, as in streams/canonical.yml. #}
{% macro audit_columns() -%}
    {%- for column in canonical_columns('audit') %}
        {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#
  A batch tag (given with `ingest --tag`), which applies to every record of the batch and is trusted.
  Arguments: key. Example: coalesce(team, {{ batch_tag('team') }})
#}
{% macro batch_tag(key) -%}
    {{ json_value('_tags', "'" ~ key ~ "'") }}
{%- endmacro %}

{#
  Line item of OpenAI's cost report -> token meter, or a free meter name; null where the text says nothing known. Order
  matters: "cached input" holds "input". Arguments: column.
#}
{% macro openai_line_item_meter(column) -%}
    case
        when {{ column }} is null then null
        when lower({{ column }}) like '%web search%' then 'web_search_requests'
        when lower({{ column }}) like '%file search%' then 'file_search_requests'
        when lower({{ column }}) like '%code interpreter%' then 'code_interpreter_sessions'
        when lower({{ column }}) like '%image%' and lower({{ column }}) like '%output%' then 'output_image_tokens'
        when lower({{ column }}) like '%audio%' and lower({{ column }}) like '%cached%' then 'input_audio_cache_read_tokens'
        when lower({{ column }}) like '%audio%' and lower({{ column }}) like '%input%' then 'input_audio_tokens'
        when lower({{ column }}) like '%audio%' and lower({{ column }}) like '%output%' then 'output_audio_tokens'
        when lower({{ column }}) like '%cache write%' and lower({{ column }}) like '%12h%' then 'input_cache_write_long_tokens'
        when lower({{ column }}) like '%cache write%' or lower({{ column }}) like '%cache_write%'
            then 'input_cache_write_short_tokens'
        when lower({{ column }}) like '%cached%input%' then 'input_cache_read_tokens'
        when lower({{ column }}) like '%input%' then 'input_uncached_tokens'
        when lower({{ column }}) like '%output%' then 'output_tokens'
    end
{%- endmacro %}

{#
  Line item of OpenAI's cost report -> model: the text before the comma, or after the bar of a tool line; null where
  neither is there. A batch line says "(batch)" or ", batch" behind the model. Arguments: column.
#}
{% macro openai_line_item_model(column) -%}
    case
        when {{ column }} like '%|%' then nullif(trim(split_part({{ column }}, '|', 2)), '')
        when {{ column }} like '%,%' then nullif(trim(split_part({{ column }}, ',', 1)), '')
    end
{%- endmacro %}

{# Service tier of OpenAI's reports: batch is a flag of its own, default means standard. Arguments: tier, batch. #}
{% macro openai_service_tier(tier, batch) -%}
    case
        when {{ batch }} then 'batch'
        when {{ tier }} is null or lower({{ tier }}) in ('default', 'auto', 'standard') then 'standard'
        else lower({{ tier }})
    end
{%- endmacro %}

{#
  Workspace of an Anthropic report: null is the default workspace when the pull was grouped by workspace, else unknown.
  The grouping is the batch tag group_by; untagged pulls are taken as grouped. Arguments: column.
#}
{% macro anthropic_workspace(column) -%}
    coalesce(
        {{ column }},
        case
            when {{ batch_tag('group_by') }} is null or {{ batch_tag('group_by') }} like '%workspace_id%' then 'default'
        end
    )
{%- endmacro %}

{# Context tier of Anthropic's reports, from their context_window. Arguments: column. #}
{% macro anthropic_context_tier(column) -%}
    case when {{ column }} = '200k-1M' then 'above_200000' else 'base' end
{%- endmacro %}

{# UTC timestamp of Unix seconds. Arguments: column. #}
{% macro epoch_to_timestamp(column) -%}
    {{ return(adapter.dispatch('epoch_to_timestamp', 'ai_finops')(column)) }}
{%- endmacro %}

{% macro default__epoch_to_timestamp(column) -%}
    make_timestamp({{ column }} * 1000000)
{%- endmacro %}

{% macro spark__epoch_to_timestamp(column) -%}
    cast(timestamp_seconds({{ column }}) as timestamp_ntz)
{%- endmacro %}
