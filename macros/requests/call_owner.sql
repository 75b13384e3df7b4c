{#
  For each id that records of several origins share: the call it stands for, taken from the best-ranked origin and there
  from the last attempt. Arguments: id_column, relation (needs origin, request_rank, started_at, response_call_key).
  Example: call_owner('gateway_call_id', 'by_response')
#}
{% macro call_owner(id_column, relation) -%}
    select
        {{ id_column }},
        min_by(origin, request_rank) as origin,
        max_by(
            response_call_key,
            lpad(cast(1000000 - request_rank as varchar), 7, '0') || cast(started_at as varchar) || record_key
        ) as call_key
    from {{ relation }}
    where {{ id_column }} is not null
    group by {{ id_column }}
    having min(origin) < max(origin)
{%- endmacro %}
