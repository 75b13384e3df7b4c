{# Rows of the model that repeat a combination of columns. Nulls compare equal, so a null in a key is caught too. #}
{% test unique_combination(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
