-- The version of each record that holds now. Records of most sources replace each other (last arrival wins); streamed
-- transcripts repeat a message while it grows, so there each counter's maximum over all files holds. A version is odd
-- when it just came: a batch that an interrupted run merged before is then taken again, once.
-- Comes after the touched days, which read what it holds from earlier runs.
-- depends_on: {{ ref('int_run__touched_days') }}
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{% set carried = canonical_columns('requests') | map(attribute='name') | list %}
{% set counters = token_meters() + ['output_reasoning_tokens', 'latency_ms'] %}

with incoming as (
    {{ union_streams('requests', where=pending_batches_filter()) }}
),

keyed as (
    select
        {{ request_record_key() }} as record_key,
        source,
        stream,
        {% for column in carried %}
        {{ column }},
        {% endfor %}
        _load_seq,
        _source_line,
        _batch_id,
        _loaded_at,
        _load_seq as first_load_seq,
        (_load_seq * 10000000000 + _source_line) * 2 + 1 as version
    from incoming
),

versions as (
    select * from keyed
    {% if is_incremental() %}
    union all
    select
        record_key,
        source,
        stream,
        {% for column in carried %}
        {{ column }},
        {% endfor %}
        _load_seq,
        _source_line,
        _batch_id,
        _loaded_at,
        first_load_seq,
        (_load_seq * 10000000000 + _source_line) * 2 as version
    from {{ this }}
    where record_key in (select keyed.record_key from keyed)
    {% endif %}
),

-- One narrow pass: which version wins, and the extremes that outlive it.
merged as (
    select
        record_key,
        max(version) as winning_version,
        min(first_load_seq) as first_load_seq,
        min(started_at) as started_at,
    {% for counter in counters %}
    max({{ counter }}) as {{ counter }}{{ ',' if not loop.last }}
    {% endfor %}
    from versions
    group by record_key
),

final as (
    select
        -- keys
        versions.record_key,
        versions.source,
        versions.stream,
        -- carried columns, counters by merge rule
        {% for column in carried %}
        {% if column in counters + ['started_at'] %}
        case
            when versions.merge_rule = 'max' then merged.{{ column }} else versions.{{ column }}
        end as {{ column }},
        {% else %}
        versions.{{ column }},
        {% endif %}
        {% endfor %}
        -- audit
        cast(
            case when versions.merge_rule = 'max' then merged.started_at else versions.started_at end as date
        ) as usage_date,
        versions._load_seq,
        versions._source_line,
        versions._batch_id,
        versions._loaded_at,
        merged.first_load_seq
    from versions
    inner join merged
        on
            versions.record_key = merged.record_key
            and versions.version = merged.winning_version
)

select * from final
