{#
  One step of ops.conservation: both sides of an equation, per scope; a side without rows counts as zero, so that a
  scope which one side lost shows. Arguments: step, description, left_sql and right_sql (selects of scope, quantity).
#}
{% macro conservation_step(step, description, left_sql, right_sql) -%}
    select
        '{{ step }}' as step,
        scope,
        '{{ description }}' as description,
        cast(sum(quantity_in) as decimal(38,12)) as quantity_in,
        cast(sum(quantity_out) as decimal(38,12)) as quantity_out
    from (
        select scope, cast(quantity as decimal(38,12)) as quantity_in, cast(0 as decimal(38,12)) as quantity_out
        from ({{ left_sql }}) as left_side
        union all
        select scope, cast(0 as decimal(38,12)) as quantity_in, cast(quantity as decimal(38,12)) as quantity_out
        from ({{ right_sql }}) as right_side
    ) as both_sides
    group by scope
{%- endmacro %}
