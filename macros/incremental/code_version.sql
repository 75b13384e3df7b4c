{#
  Version of a model's code: hash over the SQL of the model and of every model above it, and over all macros (the
  plugin's function project_macro_version()). Arguments: unique_id of the model.
#}
{% macro code_version(unique_id) %}
    {% set open = [unique_id] %}
    {% set seen = {} %}
    {% for _ in range(10000) if open %}
        {% set id = open.pop() %}
        {% if id not in seen and id in graph.nodes and graph.nodes[id].resource_type == 'model' %}
            {% do seen.update({id: graph.nodes[id].checksum.checksum}) %}
            {% do open.extend(graph.nodes[id].depends_on.nodes) %}
        {% endif %}
    {% endfor %}
    {% set parts = [] %}
    {% for id in seen | sort %}{% do parts.append(id ~ ':' ~ seen[id]) %}{% endfor %}
    {% set macros_version = run_query('select project_macro_version()').columns[0].values()[0] %}
    {{ return(local_md5(parts | join('|') ~ macros_version)) }}
{% endmacro %}

{# True when the code of a model differs from the code of the last complete build (or none is known). #}
{% macro has_changed_code(unique_id) %}
    {% set query %}
        select count(*) from run_state.model_versions
        where model = '{{ unique_id }}' and code_version = '{{ code_version(unique_id) }}'
    {% endset %}
    {% set known = adapter.get_relation(target.database, 'run_state', 'model_versions') is not none %}
    {{ return(not known or run_query(query).columns[0].values()[0] == 0) }}
{% endmacro %}

{#
  Overrides dbt's own: a model whose code changed is rebuilt in full, because days that no new data touches would
  otherwise keep the results of the old code.
#}
{% macro should_full_refresh() %}
    {% set configured = config.get('full_refresh') %}
    {% if configured is not none %}{{ return(configured) }}{% endif %}
    {{ return(flags.FULL_REFRESH or (execute and model is defined and model.config.materialized == 'incremental'
        and has_changed_code(model.unique_id))) }}
{% endmacro %}

{#
  True when another model will be built incrementally in this run; views that prepare its input ask this, since
  is_incremental() speaks only of the model that calls it. Arguments: name of the incremental model.
#}
{% macro is_incremental_model(name) %}
    {% if not execute or flags.FULL_REFRESH %}{{ return(false) }}{% endif %}
    {% set found = [] %}
    {% for node in graph.nodes.values() if node.resource_type == 'model' and node.name == name %}
        {% do found.append(node) %}
    {% endfor %}
    {% set relation = adapter.get_relation(target.database, found[0].schema, found[0].alias) %}
    {{ return(relation is not none and not has_changed_code(found[0].unique_id)) }}
{% endmacro %}
