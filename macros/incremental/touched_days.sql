{#
  Predicate that keeps the rows of touched days: those that this run must rebuild. True for every row when the model
  is built in full. Arguments: column (a date); for_model (name of the incremental model that a view prepares; default:
  the calling model); days (relation with usage_date; default: the days touched by what arrived).
  Example: where {{ touched_days_filter('usage_date') }}
#}
{% macro touched_days_filter(column, for_model=none, days='int_run__rebuilt_days') -%}
    {%- set relation = ref(days) -%}
    {%- set incremental = is_incremental_model(for_model) if for_model else is_incremental() -%}
    {%- if incremental -%}
        {{ column }} in (select touched.usage_date from {{ relation }} as touched)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#
  Pre-hook of models rebuilt by touched day: empties those days, so that a day restated to nothing ends up empty. It
  runs in the transaction of the insert that follows. Arguments: as for touched_days_filter.
#}
{% macro delete_touched_days(days='int_run__rebuilt_days') -%}
    {%- set relation = ref(days) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where usage_date in (select touched.usage_date from {{ relation }} as touched)
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{#
  The rows that a model holds from earlier runs, read without a dependency on it (the model comes later in the graph, or
  is the calling one). Where the table does not exist yet: no rows, with the given columns. Arguments: name of the model,
  columns (list of {name, type}).
#}
{% macro previous_rows(name, columns) -%}
    {%- set relation = none -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name == name -%}
            {%- set relation = adapter.get_relation(target.database, node.schema, node.alias) -%}
            {%- if relation is not none -%}
                select
                    {%- for column in columns %}
                    {{ column.name }}{{ ',' if not loop.last }}
                    {%- endfor %}
                from {{ relation }}
            {%- else -%}
                {{ empty_rows(columns) }}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {{ empty_rows(columns) }}
    {%- endif -%}
{%- endmacro %}

{# A select with the given columns and no rows. Arguments: columns (list of {name, type}). #}
{% macro empty_rows(columns) -%}
    select
        {%- for column in columns %}
        cast(null as {{ column.type }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
{%- endmacro %}
