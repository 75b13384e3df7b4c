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
  One row per day of a row's period: turns a relation with first_date and last_date (both inclusive) into the columns
  given plus usage_date. Arguments: relation, columns (list of names to keep).
  Example: date_spine_of('series_bounds', ['series_kind', 'series_key'])
#}
{% macro date_spine_of(relation, columns) -%}
    {{ return(adapter.dispatch('date_spine_of', 'ai_finops')(relation, columns)) }}
{%- endmacro %}

{% macro default__date_spine_of(relation, columns) -%}
    select
        {% for column in columns %}{{ column }},
        {% endfor -%}
        cast(unnest(generate_series(
            cast(first_date as timestamp), cast(last_date as timestamp), interval '1 day'
        )) as date) as usage_date
    from {{ relation }}
{%- endmacro %}

{% macro spark__date_spine_of(relation, columns) -%}
    select
        {% for column in columns %}{{ column }},
        {% endfor -%}
        explode(sequence(first_date, last_date, interval '1' day)) as usage_date
    from {{ relation }}
    where first_date <= last_date
{%- endmacro %}
