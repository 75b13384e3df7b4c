{# Rows in which at least one of the columns is below zero; nulls pass. Argument: columns (names). #}
{% test not_negative_columns(model, columns) %}
select *
from {{ model }}
where {% for column in columns %}{{ column }} < 0{% if not loop.last %} or {% endif %}{% endfor %}
{% endtest %}
