{% macro create_run_state() %}
    create schema if not exists ops
{% endmacro %}
