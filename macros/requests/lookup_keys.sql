{# Key over all that decides which provider account a request belongs to. Arguments: alias of the table. #}
{% macro account_lookup_key(alias=none) -%}
    {{ surrogate_key(qualified(['source', 'source_system', 'provider', 'api_key_id', 'requested_model',
        'billing_account_id', 'sub_account_id', 'usage_date'], alias)) }}
{%- endmacro %}

{# Key over all that decides who owns a request or a charge; see int_ownership__identities. #}
{% macro identity_key(alias=none) -%}
    {{ surrogate_key(qualified(identity_columns(), alias)) }}
{%- endmacro %}

{# Columns that decide who owns a request or a charge. #}
{% macro identity_columns() %}
    {{ return(['usage_date', 'provider', 'billing_account_id', 'sub_account_id', 'api_key_id', 'provider_api_key_id',
        'user_id', 'model', 'tag_rule_id', 'team', 'use_case', 'product', 'environment']) }}
{% endmacro %}

{# Column names with the alias of their table in front. Arguments: columns (list), alias (none: as they are). #}
{% macro qualified(columns, alias) %}
    {% if not alias %}{{ return(columns) }}{% endif %}
    {% set names = [] %}
    {% for column in columns %}{% do names.append(alias ~ '.' ~ column) %}{% endfor %}
    {{ return(names) }}
{% endmacro %}
