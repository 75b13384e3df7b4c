{#
  Pairs of rows with the same key whose half-open periods share a day, and rows whose period is empty or ends before
  it starts. Nulls in a key compare equal; a null valid_from is since ever, a null valid_to open.
  Arguments: columns (key), valid_from, valid_to.
#}
{% test no_overlap(model, columns, valid_from='valid_from', valid_to='valid_to') %}
with periods as (
    select
        {% for column in columns %}
        {{ column }},
        {% endfor %}
        coalesce({{ valid_from }}, cast('0001-01-01' as date)) as period_start,
        coalesce({{ valid_to }}, cast('9999-12-31' as date)) as period_end
    from {{ model }}
),

neighbours as (
    select
        *,
        -- The latest end of all earlier periods: a long one may reach over several that follow.
        max(period_end) over (
            partition by {{ columns | join(', ') }}
            order by period_start, period_end
            rows between unbounded preceding and 1 preceding
        ) as previous_end
    from periods
)

select * from neighbours
where period_end <= period_start or previous_end > period_start
{% endtest %}
