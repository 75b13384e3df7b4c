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

{# Day that a snapshot describes: batch tag as_of (YYYY-MM-DD), else the day of arrival. #}
{% macro snapshot_date() -%}
    coalesce(cast({{ batch_tag('as_of') }} as date), cast(_loaded_at as date))
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

{# UTC timestamp of nanoseconds since 1970, to the microsecond. Arguments: column. #}
{% macro nanos_to_timestamp(column) -%}
    {{ return(adapter.dispatch('nanos_to_timestamp', 'ai_finops')(column)) }}
{%- endmacro %}

{% macro default__nanos_to_timestamp(column) -%}
    make_timestamp({{ column }} // 1000)
{%- endmacro %}

{% macro spark__nanos_to_timestamp(column) -%}
    cast(timestamp_micros({{ column }} div 1000) as timestamp_ntz)
{%- endmacro %}
