{#
  One part of a split, closed: the parts of a whole are rounded, and what rounding left over goes to the largest part,
  so that they sum to the whole exactly. Arguments: part (rounded amount), whole, partition (list of columns), largest
  (list of order expressions, total order).
  Example: close_split('share_usd', 'cell_cost_usd', ['cell_key'], ['weight desc', 'bill_group_key', 'meter'])
#}
{% macro close_split(part, whole, partition, largest) -%}
    cast(
        {{ part }} + case
            when row_number() over (partition by {{ partition | join(', ') }} order by {{ largest | join(', ') }}) = 1
                then {{ whole }} - sum({{ part }}) over (partition by {{ partition | join(', ') }})
            else 0
        end as decimal(28,12)
    )
{%- endmacro %}

{#
  Bill cells that a row falls into, the finest first: every dimension that the cell names must be equal. Arguments: rows
  (relation with row_key, usage_date, provider, billing_account_id, the cell dimensions and meter), cells.
#}
{% macro match_cells(rows, cells) -%}
    select
        {{ rows }}.row_key,
        {{ cells }}.cell_key,
        row_number() over (
            partition by {{ rows }}.row_key
            order by
                {%- for dimension in cell_dimensions() + ['meter'] %}
                case when {{ cells }}.{{ dimension }} is null then 0 else 1 end
                {{- ' +' if not loop.last else ' desc,' }}
                {%- endfor %}
                {{ cells }}.cell_key
        ) as match_rank
    from {{ rows }}
    inner join {{ cells }}
        on
            {{ rows }}.usage_date = {{ cells }}.usage_date
            and {{ rows }}.provider = {{ cells }}.provider
            and {{ rows }}.billing_account_id = {{ cells }}.billing_account_id
            {%- for dimension in cell_dimensions() + ['meter'] %}
            and ({{ cells }}.{{ dimension }} is null or {{ rows }}.{{ dimension }} = {{ cells }}.{{ dimension }})
            {%- endfor %}
{%- endmacro %}
