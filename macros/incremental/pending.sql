{#
  Predicate on raw rows that keeps the batches which no complete build has seen, with literal partitions so that only
  their files are read. True for every row where the model named is built in full. Arguments: for_model (name of the
  incremental model; default: the calling one).
#}
{% macro pending_batches_filter(for_model=none) -%}
    {%- set pending = ref('int_run__pending_batches') -%}
    {%- set incremental = is_incremental_model(for_model) if for_model else is_incremental() -%}
    {%- if incremental -%}
        {%- set rows = run_query('select distinct loaded_date, batch_id from ' ~ pending ~ ' order by 1, 2') -%}
        {%- if rows | length == 0 -%}
            loaded_date = cast('1970-01-01' as date)
        {%- else -%}
            loaded_date in (
                {%- for day in rows.columns[0].values() | unique %}cast('{{ day }}' as date){{ ', ' if not loop.last }}{% endfor -%}
            )
            and _batch_id in (
                {%- for batch in rows.columns[1].values() %}'{{ batch }}'{{ ', ' if not loop.last }}{% endfor -%}
            )
        {%- endif -%}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
