{#
  Order in which overlapping reports are believed, as text: rank of the stream, then pulls of the whole before filtered
  ones. Streams that are given equal ranks tell different things and all count. Of streams without a rank, where only one
  may count (is_exclusive), the name decides. Arguments: alias, rank (expression), is_exclusive.
#}
{% macro record_rank(alias, rank, is_exclusive) -%}
    lpad(cast(coalesce({{ rank }}, 100) as varchar), 6, '0')
        {%- if is_exclusive %}
        || case when {{ rank }} is null then {{ alias }}.source || '/' || {{ alias }}.stream else '' end
        {%- endif %}
        || case when {{ json_value(alias ~ '._tags', "'filters'") }} is null then '/0' else '/1' end
{%- endmacro %}

{#
  Order of the groupings in which one report was pulled, as text: the finest first. Records that have no scope come from
  no grouped pull. Arguments: alias.
#}
{% macro grouping_rank(alias) -%}
    case
            when {{ alias }}.scope_key is null then ''
            else
                lpad(cast(99 - coalesce(
                    length({{ json_value(alias ~ '._tags', "'group_by'") }})
                    - length(replace({{ json_value(alias ~ '._tags', "'group_by'") }}, ',', '')) + 1, 0
                ) as varchar), 2, '0') || {{ alias }}.source || {{ alias }}.stream || {{ alias }}.scope_key
        end
{%- endmacro %}
