-- Outcomes with the definition in force when they occurred: an outcome's own type must equal the definition's, or, where
-- the source names none, its group decides. The most specific, then the newest version wins.
with outcomes as (
    select * from {{ ref('int_outcomes__measured') }}
),

outcome_definitions as (
    select * from {{ ref('outcome_definitions') }}
),

candidates as (
    select
        outcomes.record_key,
        outcome_definitions.definition_id,
        outcome_definitions.outcome_type,
        outcome_definitions.use_case,
        outcome_definitions.team,
        outcome_definitions.product,
        outcome_definitions.handled_by,
        outcome_definitions.revert_window_days,
        outcome_definitions.value_usd_per_success,
        outcome_definitions.value_class,
        outcome_definitions.value_status,
        outcome_definitions.hours_saved_per_success,
        row_number() over (
            partition by outcomes.record_key
            order by
                case when outcome_definitions.outcome_group is null then 1 else 0 end,
                outcome_definitions.version desc,
                outcome_definitions.definition_id
        ) as match_rank
    from outcomes
    inner join outcome_definitions
        on
            outcomes.source = outcome_definitions.source
            and outcomes.stream = outcome_definitions.stream
            and (outcomes.outcome_type is null or outcomes.outcome_type = outcome_definitions.outcome_type)
            and (
                outcome_definitions.outcome_group is null
                or outcomes.outcome_group = outcome_definitions.outcome_group
            )
            and cast(outcomes.occurred_at as date)
            >= coalesce(outcome_definitions.valid_from, cast('1970-01-01' as date))
            and cast(outcomes.occurred_at as date)
            < coalesce(outcome_definitions.valid_to, cast('9999-12-31' as date))
),

named as (
    select
        outcomes.*,
        candidates.definition_id,
        coalesce(outcomes.outcome_type, candidates.outcome_type, outcomes.stream) as defined_outcome_type,
        coalesce(outcomes.use_case, candidates.use_case, '__unattributed__') as defined_use_case,
        candidates.team as defined_team,
        candidates.product as defined_product,
        candidates.handled_by as defined_handled_by,
        candidates.revert_window_days,
        candidates.value_usd_per_success,
        candidates.value_class as defined_value_class,
        candidates.value_status as defined_value_status,
        candidates.hours_saved_per_success
    from outcomes
    left join candidates on outcomes.record_key = candidates.record_key and candidates.match_rank = 1
),

final as (
    select
        *,
        {{ surrogate_key(['source', 'defined_outcome_type', 'outcome_id']) }} as outcome_key
    from named
)

select * from final
