{# Key of a request record: the source's own id, scoped by source and by the system that issued it. #}
{% macro request_record_key() -%}
    {{ surrogate_key(['source', 'source_system', 'request_id']) }}
{%- endmacro %}

{#
  Key of what a later pull replaces as a whole: a bucket of a report within its scope, an account's billing period
  (replaced_from_at), or one charge with an id. The stream is part of it, because two reports may describe the same bucket.
#}
{% macro charge_unit_key() -%}
    {{ surrogate_key(['source', 'stream', 'scope_key', 'charge_id',
        "case when charge_id is null then coalesce(replaced_from_at, bucket_start_at) end",
        "case when charge_id is null and replaced_from_at is null then bucket_end_at end",
        "case when replaced_from_at is not null then billing_account_id end"]) }}
{%- endmacro %}

{# Key of a bucket of a usage report within its scope. #}
{% macro usage_unit_key() -%}
    {{ surrogate_key(['source', 'stream', 'scope_key', 'coalesce(replaced_from_at, bucket_start_at)',
        'case when replaced_from_at is null then bucket_end_at end',
        'case when replaced_from_at is not null then billing_account_id end']) }}
{%- endmacro %}

{# Key of one charge within its unit, by what it is for and not by its amount, so that a restated line keeps it. #}
{% macro charge_record_key(alias) -%}
    {{ surrogate_key(qualified(['unit_key', 'charge_id', 'sub_account_id', 'api_key_id', 'model', 'meter', 'region',
        'service_tier', 'context_tier', 'charge_category', 'charge_class', 'description', 'billing_currency'], alias)) }}
{%- endmacro %}
