{#
  A UTC timestamp or date as an instant, the type of FOCUS Date/Time columns: DuckDB's
  timestamptz, Spark's timestamp. Does not depend on the session's time zone in DuckDB.
  Argument: expression (timestamp or date in UTC).
  Example: focus_instant('charge_period_start_at')
#}
{% macro focus_instant(expression) -%}
    {{ return(adapter.dispatch('focus_instant', 'ai_finops')(expression)) }}
{%- endmacro %}

{% macro default__focus_instant(expression) -%}
    cast({{ expression }} as timestamp) at time zone 'UTC'
{%- endmacro %}

{% macro spark__focus_instant(expression) -%}
    cast({{ expression }} as timestamp)
{%- endmacro %}
