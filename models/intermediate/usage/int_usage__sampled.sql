-- Usage of self-hosted models as their servers' counters tell it, per day, server and model. Prompt tokens include those
-- that the prefix cache served.
{{ config(materialized='view') }}
{% set counters = {
    'vllm:prompt_tokens_total': 'prompt_tokens',
    'vllm:prompt_tokens_cached_total': 'cached_tokens',
    'vllm:generation_tokens_total': 'generated_tokens',
    'vllm:request_success_total': 'requests',
    'sglang:prompt_tokens_total': 'prompt_tokens',
    'sglang:cached_tokens_total': 'cached_tokens',
    'sglang:generation_tokens_total': 'generated_tokens',
    'sglang:num_requests_total': 'requests',
} %}
{# A counter of cached tokens that is scraped apart from the prompt's may run ahead of it for a moment. #}
{% set known = {
    'bucket_start_at': 'cast(usage_date as timestamp)',
    'bucket_end_at': 'cast(' ~ dbt.dateadd('day', 1, 'usage_date') ~ ' as timestamp)',
    'is_empty_bucket': 'false',
    'provider': "'self_hosted'",
    'billing_account_id': 'billing_account_id',
    'sub_account_id': 'namespace',
    'api_key_id': 'instance',
    'model': 'model',
    'request_count': 'requests',
    'input_uncached_tokens': 'greatest(prompt_tokens - cached_tokens, 0)',
    'input_cache_read_tokens': 'least(cached_tokens, prompt_tokens)',
    'output_tokens': 'generated_tokens',
    'data_reaches_at': '_loaded_at',
} %}

with increases as (
    select * from {{ ref('int_samples__increases') }}
),

counted as (
    select
        *,
        case metric
            {% for metric, counter in counters.items() %}
            when '{{ metric }}' then '{{ counter }}'
            {% endfor %}
        end as counter
    from increases
),

days as (
    select
        source,
        stream,
        billing_account_id,
        namespace,
        instance,
        model,
        usage_date,
        {% for counter in counters.values() | unique %}
        cast(sum(case when counter = '{{ counter }}' then increase else 0 end) as bigint) as {{ counter }},
        {% endfor %}
        min(_source_line) as _source_line,
        max(_loaded_at) as _loaded_at
    from counted
    where counter is not null
    group by all
),

final as (
    select
        {{ surrogate_key(['source', 'stream', 'billing_account_id', 'namespace', 'instance', 'model', 'usage_date']) }}
            as unit_key,
        source,
        stream,
        usage_date,
        {% for column in canonical_columns('usage') %}
        {{ known.get(column.name, 'cast(null as ' ~ column.type ~ ')') }} as {{ column.name }},
        {% endfor %}
        _source_line,
        _loaded_at,
        cast(null as varchar) as _tags
    from days
)

select * from final
