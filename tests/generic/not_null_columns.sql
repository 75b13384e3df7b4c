{#
  Rows in which at least one of the columns is null: one test for a wide table. Argument:
  columns (names).
#}
{% test not_null_columns(model, columns) %}
select *
from {{ model }}
where {% for column in columns %}{{ column }} is null{% if not loop.last %} or {% endif %}{% endfor %}
{% endtest %}
