-- Tracing tools nest: the tokens of a call may stand again on the step or agent around it. Of the spans with usage only
-- those count that have none with usage below them; a failed call without usage counts where nothing below it does.
-- Traces count nothing and lend their session, user and tags to what is inside. Records without spans pass as they are.
{{ config(materialized='view') }}
{% set lent = [
    'session_id', 'user_id', 'team', 'use_case', 'product', 'environment', 'customer_id', 'feature', 'experiment_id',
    'variant', 'tags',
] %}
{% set max_depth = 100 %}

with recursive records as (
    select
        *,
        case
            when span_role is not null then {{ surrogate_key(['source', 'source_system', 'trace_id']) }}
        end as tree_key,
        span_role in ('call', 'step')
        and ({{ sum_of_meters() }} > 0 or other_units is not null) as bears_usage,
        span_role = 'call' and status <> 'success' as is_failed_call
    from {{ ref('int_requests__latest') }}
    where {{ touched_days_filter('usage_date', 'int_requests__priced', 'int_run__context_days') }}
),

spans as (
    select
        tree_key,
        span_id,
        parent_span_id,
        bears_usage,
        is_failed_call
    from records
    where span_role in ('call', 'step')
),

-- Every span that has something countable below it, found by climbing from what is countable.
climbed as (
    select
        tree_key,
        parent_span_id as span_id,
        bears_usage,
        1 as steps_up
    from spans
    where (bears_usage or is_failed_call) and parent_span_id is not null
    union all
    select
        climbed.tree_key,
        spans.parent_span_id as span_id,
        climbed.bears_usage,
        climbed.steps_up + 1 as steps_up
    from climbed
    inner join spans on climbed.tree_key = spans.tree_key and climbed.span_id = spans.span_id
    where spans.parent_span_id is not null and climbed.steps_up < {{ max_depth }}
),

above as (
    select
        tree_key,
        span_id,
        max(case when bears_usage then 1 else 0 end) = 1 as has_usage_below
    from climbed
    group by
        tree_key,
        span_id
),

traces as (
    select
        {% for column in lent %}
        max({{ column }}) as {{ column }},
        {% endfor %}
        tree_key
    from records
    where span_role = 'trace'
    group by tree_key
),

final as (
    select
        -- keys
        records.record_key,
        records.source,
        records.stream,
        records.usage_date,
        -- carried columns
        {% for column in canonical_columns('requests') | map(attribute='name') %}
        {% if column in lent %}
        coalesce(records.{{ column }}, traces.{{ column }}) as {{ column }},
        {% else %}
        records.{{ column }},
        {% endif %}
        {% endfor %}
        records._loaded_at,
        -- rule
        coalesce(
            records.span_role is null
            or (records.bears_usage and not coalesce(above.has_usage_below, false))
            or (records.is_failed_call and above.span_id is null), false
        ) as is_leaf
    from records
    left join above on records.tree_key = above.tree_key and records.span_id = above.span_id
    left join traces on records.tree_key = traces.tree_key
)

select * from final
