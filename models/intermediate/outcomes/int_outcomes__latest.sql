-- The latest state of each outcome, and the first state that closed it: a reopened ticket restates the past, while the
-- number first reported stays beside. A version is odd when it just came (see int_requests__latest).
-- Comes after the touched days, which read what it holds from earlier runs.
-- depends_on: {{ ref('int_run__touched_days') }}
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
{% set carried = canonical_columns('outcomes') | map(attribute='name') | list %}

with incoming as (
    {{ union_streams('outcomes', where=pending_batches_filter()) }}
),

keyed as (
    select
        {{ surrogate_key(['source', 'stream', 'outcome_id']) }} as record_key,
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
        case when status <> 'open' then status end as first_reported_status,
        case when status <> 'open' then _load_seq * 10000000000 + _source_line end as first_reported_version,
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
        first_reported_status,
        first_reported_version,
        (_load_seq * 10000000000 + _source_line) * 2 as version
    from {{ this }}
    where record_key in (select keyed.record_key from keyed)
    {% endif %}
),

merged as (
    select
        record_key,
        max(version) as winning_version,
        min(first_load_seq) as first_load_seq,
        min(first_reported_version) as first_reported_version,
        min_by(first_reported_status, first_reported_version) as first_reported_status
    from versions
    group by record_key
),

final as (
    select
        versions.record_key,
        versions.source,
        versions.stream,
        {% for column in carried %}
        versions.{{ column }},
        {% endfor %}
        versions._load_seq,
        versions._source_line,
        versions._batch_id,
        versions._loaded_at,
        merged.first_load_seq,
        merged.first_reported_status,
        merged.first_reported_version
    from versions
    inner join merged
        on versions.record_key = merged.record_key and versions.version = merged.winning_version
)

select * from final
