{#
  Meter of a line of Anthropic's cost reports; null where the report is grouped by neither cost type nor token type.
  Arguments: cost_type, token_type (columns).
#}
{% macro anthropic_meter(cost_type, token_type) -%}
    case
            when coalesce({{ cost_type }}, case when {{ token_type }} is not null then 'tokens' end) = 'tokens'
                then
                    case {{ token_type }}
                        when 'uncached_input_tokens' then 'input_uncached_tokens'
                        when 'cache_read_input_tokens' then 'input_cache_read_tokens'
                        when 'cache_creation.ephemeral_5m_input_tokens' then 'input_cache_write_short_tokens'
                        when 'cache_creation.ephemeral_1h_input_tokens' then 'input_cache_write_long_tokens'
                        else {{ token_type }}
                    end
            when {{ cost_type }} = 'web_search' then 'web_search_requests'
            when {{ cost_type }} = 'code_execution' then 'code_execution_hours'
            when {{ cost_type }} = 'session_usage' then 'session_hours'
            else {{ cost_type }}
        end
{%- endmacro %}

{# Service tier of Anthropic's analytics; null where not grouped by it. Arguments: speed, service_tier (columns). #}
{% macro anthropic_service_tier(speed, service_tier) -%}
    case
            when {{ speed }} = 'fast' then 'fast'
            when {{ service_tier }} is not null then {{ canonical_service_tier(service_tier) }}
        end
{%- endmacro %}
