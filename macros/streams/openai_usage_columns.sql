{#
  Columns of OpenAI's smaller usage reports, which differ only in what they count and group by; a dimension that a report
  does not know is null. A comma ends the list. Arguments: dimensions (those of the report, where not all four), requests
  (column that counts requests, unless another report counts them too), input_tokens (column), units (what is no token:
  unit to column). Example:
  openai_usage_columns(['project_id'], units={'code_interpreter_sessions': 'num_sessions'})
#}
{% macro openai_usage_columns(
    dimensions=['project_id', 'user_id', 'api_key_id', 'model'], requests='null', input_tokens='0', units={}
) -%}
        {%- set known = {} -%}
        {%- for name in ['project_id', 'user_id', 'api_key_id', 'model'] -%}
            {%- do known.update({name: name if name in dimensions else 'cast(null as varchar)'}) -%}
        {%- endfor -%}
        -- keys
        _scope_key as scope_key,
        -- when
        {{ epoch_to_timestamp('start_time') }} as bucket_start_at,
        {{ epoch_to_timestamp('end_time') }} as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        -- who and what
        'openai' as provider,
        coalesce({{ batch_tag('account') }}, 'openai') as billing_account_id,
        {{ known.project_id }} as sub_account_id,
        {{ known.api_key_id }} as api_key_id,
        {{ known.user_id }} as user_id,
        {{ known.model }} as model,
        -- quantities
        cast({{ requests }} as bigint) as request_count,
        cast({{ input_tokens }} as bigint) as input_uncached_tokens,
        {{ units_object(units) if units else 'cast(null as varchar)' }} as other_units,
{%- endmacro %}
