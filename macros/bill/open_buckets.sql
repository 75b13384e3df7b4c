{#
  True where a bucket goes on beyond what the source knew when it was pulled: how far it says that its data reaches, else
  the pull's arrival. Records with an id of their own say when they are complete, by their mark alone.
  Arguments: alias of a relation in the shape of kind usage or charges.
#}
{% macro is_open_bucket(alias) -%}
    coalesce({{ alias }}.bucket_end_at > {{ known_until(alias) }}, false)
{%- endmacro %}

{#
  True where a usage charge was told when its UTC day was over, so that its bill covers the whole day; other categories
  have no day to wait for. Arguments: alias of a relation in the shape of kind charges.
#}
{% macro is_day_over(alias) -%}
    coalesce({{ alias }}.charge_category, 'usage') <> 'usage'
        or coalesce(
            {{ known_until(alias) }} >= case
                when {{ alias }}.scope_key is null then {{ day_end(alias) }}
                else greatest({{ alias }}.bucket_end_at, {{ day_end(alias) }})
            end,
            true
        )
{%- endmacro %}

{#
  Until when a record knows, UTC: the source's own mark, else arrival for what a pull replaces as a whole, else null.
  Arguments: alias of a relation in the shape of kind usage or charges.
#}
{% macro known_until(alias) -%}
    coalesce(
            {{ alias }}.data_reaches_at,
            case when {{ alias }}.scope_key is not null then {{ alias }}._loaded_at end
        )
{%- endmacro %}

{# End of the UTC day of a row, exclusive. Arguments: alias of a relation with usage_date. #}
{% macro day_end(alias) -%}
    cast({{ dbt.dateadd('day', 1, alias ~ '.usage_date') }} as timestamp)
{%- endmacro %}
