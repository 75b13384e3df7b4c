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
  Service tier in the names that prices use: standard, batch, flex, priority or fast. What a provider adds (a discounted
  flex, priority on demand) is priced as its family; a name not known stays as it is and so shows up as unpriced.
  Arguments: column.
#}
{% macro canonical_service_tier(column) -%}
    case coalesce(lower({{ column }}), '')
        when '' then 'standard'
        when 'default' then 'standard'
        when 'auto' then 'standard'
        when 'flex_discount' then 'flex'
        when 'priority_on_demand' then 'priority'
        else lower({{ column }})
    end
{%- endmacro %}

{# Region of inference as Anthropic names it; not_available is no region. Arguments: column. #}
{% macro inference_region(column) -%}
    nullif(nullif({{ column }}, ''), 'not_available')
{%- endmacro %}

{#
  What a line item of OpenAI's cost report says about the meter: the text behind the model ("gpt-5.4, cached input"),
  or all of it where no comma sets a model apart. The model's own name is left out, since names hold words such as
  audio, image and input. Arguments: column.
#}
{% macro openai_line_item_text(column) -%}
    translate(lower(case
        when {{ column }} like '%,%' then substr({{ column }}, length(split_part({{ column }}, ',', 1)) + 2)
        else {{ column }}
    end), '_-', '  ')
{%- endmacro %}

{#
  Token meter, or free meter name, of a line item; null where the text says nothing known, and the charge then covers
  all meters of its cell. Order matters: "cached input" holds "input". Patterns live here and in no seed, because
  staging joins nothing. Arguments: text (from openai_line_item_text).
#}
{% macro openai_line_item_meter(text) -%}
    case
        when {{ text }} like '%web search%' then 'web_search_requests'
        when {{ text }} like '%file search%' then 'file_search_requests'
        when {{ text }} like '%code interpreter%' then 'code_interpreter_sessions'
        when {{ text }} like '%image%output%' or {{ text }} like '%output%image%' then 'output_image_tokens'
        when {{ text }} like '%audio%' and {{ text }} like '%cached%' then 'input_audio_cache_read_tokens'
        when {{ text }} like '%audio%' and {{ text }} like '%input%' then 'input_audio_tokens'
        when {{ text }} like '%audio%' and {{ text }} like '%output%' then 'output_audio_tokens'
        when {{ text }} like '%cache%write%12h%' or {{ text }} like '%12h%cache%write%' then 'input_cache_write_long_tokens'
        when {{ text }} like '%cache%write%' then 'input_cache_write_short_tokens'
        when {{ text }} like '%cached%' then 'input_cache_read_tokens'
        when {{ text }} like '%input%' then 'input_uncached_tokens'
        when {{ text }} like '%output%' then 'output_tokens'
    end
{%- endmacro %}

{#
  Model of a line item: the text before the comma, without a remark in brackets; behind the bar of a tool line
  ("web search tool calls | gpt-5.4"), where a text with a space is a tool and no model; or all of a line that is one
  hyphenated word ("text-embedding-3-small"). Null where none of these fits. Arguments: column.
#}
{% macro openai_line_item_model(column) -%}
    case
        when {{ column }} like '%|%' then
            case
                when trim(split_part({{ column }}, '|', 2)) not like '% %'
                    then nullif(trim(split_part({{ column }}, '|', 2)), '')
            end
        when {{ column }} like '%,%' then
            nullif(trim(split_part(split_part({{ column }}, ',', 1), ' (', 1)), '')
        when {{ column }} like '%-%' and trim({{ column }}) not like '% %' then trim({{ column }})
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
