{#
  State that outlives a run, in schema `run_state`: seed rows and code versions that the last complete build used, and
  whether the newest build became green. Written only by these two macros (hooks), never by a model.
#}
{% macro start_run() %}
    {% if execute and flags.WHICH in ['build', 'run'] %}
        {% do run_query('create schema if not exists run_state') %}
        {% do run_query('create table if not exists run_state.model_versions (model varchar, code_version varchar)') %}
        {% do run_query('create table if not exists run_state.builds (run_id varchar, is_green boolean)') %}
        {% do run_query('delete from run_state.builds') %}
        {% do run_query("insert into run_state.builds values ('" ~ invocation_id ~ "', false)") %}
        {# A table that is missing makes the whole pipeline start over: its neighbours prepare only touched days for it. #}
        {% for node in graph.nodes.values() if node.resource_type == 'model' and node.config.materialized == 'incremental' %}
            {% if adapter.get_relation(target.database, node.schema, node.alias) is none %}
                {% do run_query('delete from run_state.model_versions') %}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{#
  Post-hook of ops.completed, the last model: only after everything else is built and tested does it record what was
  applied and forget the touched days. A build that was cut short or was only part of the project records nothing.
#}
{% macro finish_run() %}
    {% set seed_rows = ref('int_run__seed_rows') %}
    {% set touched_days = ref('int_run__touched_days') %}
    {% if execute and is_complete_build() %}
        create or replace table run_state.applied_seed_rows as select * from {{ seed_rows }};
        delete from run_state.model_versions;
        {% for node in graph.nodes.values() if node.resource_type == 'model' and node.config.materialized == 'incremental' %}
        insert into run_state.model_versions values ('{{ node.unique_id }}', '{{ code_version(node) }}');
        {% endfor %}
        delete from {{ touched_days }};
        update run_state.builds set is_green = true
    {% else %}
        select 1
    {% endif %}
{% endmacro %}

{#
  True when this invocation is a `dbt build` of every model with real rows (no --empty, no --select, no sample): only
  then may arrivals count as completed.
#}
{% macro is_complete_build() %}
    {% if not execute or flags.WHICH != 'build' or flags.EMPTY %}{{ return(false) }}{% endif %}
    {% for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'test'] %}
        {% if node.unique_id not in selected_resources and node.config.enabled %}{{ return(false) }}{% endif %}
    {% endfor %}
    {{ return(true) }}
{% endmacro %}

{# Fingerprints of the configuration that the last complete build used; the present ones where none is known. #}
{% macro applied_seed_rows() -%}
    {%- set seed_rows = ref('int_run__seed_rows') -%}
    {%- set known = execute and adapter.get_relation(target.database, 'run_state', 'applied_seed_rows') is not none -%}
    select
        seed_name,
        row_hash,
        valid_from,
        valid_to
    from {{ 'run_state.applied_seed_rows' if known else seed_rows }}
{%- endmacro %}
