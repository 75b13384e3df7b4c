{#
  Days from the first date to the second, as an integer (engines subtract dates differently). Arguments: two dates.
  Example: days_between("date '2026-01-01'", 'usage_date')
#}
{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between', 'ai_finops')(earlier, later)) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    cast(date_diff('day', {{ earlier }}, {{ later }}) as integer)
{%- endmacro %}

{% macro spark__days_between(earlier, later) -%}
    datediff({{ later }}, {{ earlier }})
{%- endmacro %}

{#
  A select-list entry that repeats its row for each day of a period, both ends included. Arguments: two dates, the first
  not after the last.
  Example: select series_key, {{ each_day('first_date', 'last_date') }} as usage_date
#}
{% macro each_day(first_date, last_date) -%}
    {{ return(adapter.dispatch('each_day', 'ai_finops')(first_date, last_date)) }}
{%- endmacro %}

{% macro default__each_day(first_date, last_date) -%}
    cast(unnest(generate_series(
        cast({{ first_date }} as timestamp), cast({{ last_date }} as timestamp), interval '1 day'
    )) as date)
{%- endmacro %}

{% macro spark__each_day(first_date, last_date) -%}
    explode(sequence({{ first_date }}, {{ last_date }}, interval '1' day))
{%- endmacro %}
