{#
  Version of the code behind an incremental model. Models up to core prepare each other's input, so they share one
  version over all of them and are rebuilt together; a mart depends on its own ancestors. Macros count as a whole (the
  plugin's function project_macro_version()). Arguments: node (of graph.nodes).
#}
{% macro code_version(node) %}
    {% set parts = {} %}
    {% if is_pipeline_node(node) %}
        {% for other in graph.nodes.values() if other.resource_type == 'model' and is_pipeline_node(other) %}
            {% do parts.update({other.unique_id: other.checksum.checksum}) %}
        {% endfor %}
    {% else %}
        {% set open = [node.unique_id] %}
        {% for _ in range(10000) if open %}
            {% set id = open.pop() %}
            {% if id not in parts and id in graph.nodes and graph.nodes[id].resource_type == 'model' %}
                {% do parts.update({id: graph.nodes[id].checksum.checksum}) %}
                {% do open.extend(graph.nodes[id].depends_on.nodes) %}
            {% endif %}
        {% endfor %}
    {% endif %}
    {% set texts = [] %}
    {% for id in parts | sort %}{% do texts.append(id ~ ':' ~ parts[id]) %}{% endfor %}
    {% set macros_version = run_query('select project_macro_version()').columns[0].values()[0] %}
    {{ return(local_md5(texts | join('|') ~ macros_version)) }}
{% endmacro %}

{# True for models up to core. Arguments: node. #}
{% macro is_pipeline_node(node) %}
    {{ return(node.fqn[1] in ['staging', 'intermediate', 'core']) }}
{% endmacro %}

{# True when the last complete build did not run this code: the model must then be built in full. Arguments: node. #}
{% macro has_changed_code(node) %}
    {% set query %}
        select count(*) from run_state.model_versions
        where model = '{{ node.unique_id }}' and code_version = '{{ code_version(node) }}'
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
    {% if flags.FULL_REFRESH %}{{ return(true) }}{% endif %}
    {{ return(execute and graph.nodes[model.unique_id].config.materialized == 'incremental'
        and has_changed_code(graph.nodes[model.unique_id])) }}
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
    {{ return(not has_changed_code(found[0])) }}
{% endmacro %}
