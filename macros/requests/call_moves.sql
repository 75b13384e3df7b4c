{#
  Calls that are another one under an id which records of several origins share: call (key so far) and call_key (the call
  it is). The best-ranked origin's last attempt under the id is the call that the others saw; a call that has a record of
  that origin already is another attempt and stays. Calls move with all their records, so chains of sources meet.
  Arguments: id_column, relation (needs origin, request_rank, started_at, record_key), key_column (key so far).
  Example: call_moves('gateway_call_id', 'by_response', 'response_call_key')
#}
{% macro call_moves(id_column, relation, key_column) -%}
    select
        sharing.{{ key_column }} as moved_key,
        min(owners.call_key) as call_key
    from {{ relation }} as sharing
    inner join (
        select
            {{ id_column }},
            min_by(origin, request_rank) as origin,
            max_by(
                {{ key_column }},
                lpad(cast(1000000 - request_rank as varchar), 7, '0') || cast(started_at as varchar) || record_key
            ) as call_key
        from {{ relation }}
        where {{ id_column }} is not null
        group by {{ id_column }}
        having min(origin) < max(origin)
    ) as owners on sharing.{{ id_column }} = owners.{{ id_column }}
    where
        not exists (
            select 1 from {{ relation }} as members
            where members.{{ key_column }} = sharing.{{ key_column }} and members.origin = owners.origin
        )
    group by sharing.{{ key_column }}
{%- endmacro %}
