{#
  Values of `determinant` that stand with more than one value of `dependent` (null counts as a
  value). Rows without a determinant are not looked at. Arguments: determinant, dependent
  (columns).
#}
{% test functional_dependence(model, determinant, dependent) %}
select {{ determinant }}
from {{ model }}
where {{ determinant }} is not null
group by {{ determinant }}
having count(distinct coalesce({{ dependent }}, '_null_')) > 1
{% endtest %}
