-- Outcomes with what another stream of their source measures of them: it knows when a success was reached, while the
-- outcome itself says only when it last changed.
{% set carried = canonical_columns('outcomes') | map(attribute='name') | list %}
{% set measured = {
    'occurred_at':
        "coalesce(case when outcomes.status = 'succeeded' then measures.solved_at end, outcomes.occurred_at)",
    'human_minutes': 'coalesce(measures.human_minutes, outcomes.human_minutes)',
} %}

with outcomes as (
    select * from {{ ref('int_outcomes__latest') }}
),

measures as (
    select * from {{ ref('int_outcome_measures__latest') }}
),

final as (
    select
        outcomes.record_key,
        outcomes.source,
        outcomes.stream,
        -- the outcome
        {% for column in carried %}
        {{ measured.get(column, 'outcomes.' ~ column) }} as {{ column }},
        {% endfor %}
        -- measures
        measures.reopen_count,
        measures.reply_count,
        measures.first_reply_minutes,
        measures.full_resolution_minutes,
        -- states and audit
        outcomes.first_reported_status,
        outcomes._load_seq,
        outcomes._source_line,
        outcomes._batch_id,
        outcomes._loaded_at
    from outcomes
    left join measures on outcomes.source = measures.source and outcomes.outcome_id = measures.outcome_source_id
)

select * from final
