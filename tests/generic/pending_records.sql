{#
  Records that just came (batches on which no complete build rests yet) in which a column that must be filled is null, a
  counter is below zero or a condition is false; null passes a condition. Reads only the partitions of those batches,
  and all of them where the next model is built in full. Arguments: next_model (the incremental model that reads this
  staging model), not_null, not_negative (names of columns), conditions (SQL), only_where (SQL; rows left out pass).
#}
{% test pending_records(model, next_model, not_null=[], not_negative=[], conditions=[], only_where='true') %}
select *
from {{ model }}
where
    {{ pending_batches_filter(for_model=next_model) }}
    and {{ only_where }}
    and (
        false
        {% for column in not_null %}
        or {{ column }} is null
        {% endfor %}
        {% for column in not_negative %}
        or {{ column }} < 0
        {% endfor %}
        {% for condition in conditions %}
        or not ({{ condition }})
        {% endfor %}
    )
{% endtest %}
