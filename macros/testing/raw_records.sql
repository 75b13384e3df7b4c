{#
  Rows of a raw stream for a unit test, typed as its raw files are: fields that a record does not name are null. Used in
  fixtures of format sql, since dbt can't look up the columns of an external source; types come from the empty file that
  `ai-finops init` writes. Within YAML it stands between raw tags, so that it runs with the test and not when parsing.
  Arguments: source, stream, records (list of JSON objects as text). Example:
  raw_records('openai', 'costs', ['{"start_time": 1793491200, "amount": {"value": "1.5", "currency": "usd"}}'])
#}
{% macro raw_records(source_name, stream_name, records) -%}
    {%- set home = env_var('AI_FINOPS_HOME', 'data') -%}
    {%- set empty = home ~ '/raw/' ~ source_name ~ '/' ~ stream_name ~ '/loaded_date=1970-01-01/empty.parquet' -%}
    {%- if execute %}
    {%- set types = {} %}
    {%- for column in run_query("describe select * from read_parquet('" ~ empty ~ "', hive_partitioning = true)").rows %}
        {%- do types.update({column[0]: column[1]}) %}
    {%- endfor %}
    {%- for record in records %}
    select unnest(json_transform(
        {{ dbt.string_literal(dbt.escape_single_quotes(record)) }},
        {{ dbt.string_literal(dbt.escape_single_quotes(tojson(types))) }}
    ))
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- endif %}
{%- endmacro %}
