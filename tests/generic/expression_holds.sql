{# Rows for which a condition is not true; null counts as not true. Arguments: expression (SQL). #}
{% test expression_holds(model, expression) %}
select *
from {{ model }}
where not coalesce({{ expression }}, false)
{% endtest %}
