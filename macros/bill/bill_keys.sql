{# Dimensions that requests and bills may share, from coarse to fine; a bill that lacks one leaves it null. #}
{% macro cell_dimensions() %}
    {{ return(['sub_account_id', 'api_key_id', 'model', 'service_tier', 'context_tier']) }}
{% endmacro %}

{#
  Key of a group of attempts that meet the same bill cells at the same unit prices. The provider's own key counts, not
  the gateway's. Arguments: alias of the table.
#}
{% macro bill_group_key(alias) -%}
    {{ surrogate_key(qualified(['usage_date', 'provider', 'billing_account_id', 'sub_account_id', 'provider_api_key_id',
        'model', 'service_tier', 'context_tier', 'billing_mode'], alias)) }}
{%- endmacro %}

{# Key of a bill cell: the finest grain that the bill gives, evidence, currency and stated owner apart. Arguments: alias. #}
{% macro cell_key(alias) -%}
    {{ surrogate_key(qualified(['usage_date', 'provider', 'billing_account_id', 'sub_account_id', 'api_key_id', 'model',
        'meter', 'service_tier', 'context_tier', 'charge_category', 'cost_basis', 'billing_currency', 'team', 'use_case',
        'product', 'environment'], alias)) }}
{%- endmacro %}

{#
  Factor between two amounts as decimal(26,18): the only place where a quotient (a double) turns into something that
  money is multiplied with. Null where the denominator is zero. Arguments: numerator, denominator.
#}
{% macro cell_factor(numerator, denominator) -%}
    cast(({{ numerator }}) / nullif({{ denominator }}, 0) as decimal(26,18))
{%- endmacro %}
