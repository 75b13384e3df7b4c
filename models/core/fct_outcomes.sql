with outcomes as (
    select * from {{ ref('int_outcomes__defined') }}
),

use_cases as (
    select * from {{ ref('use_cases') }}
),

judged as (
    select
        outcomes.*,
        case when outcomes.reverted_at is not null then 'reverted' else outcomes.status end as latest_status,
        coalesce(outcomes.team, outcomes.defined_team, use_cases.team) as owning_team,
        coalesce(outcomes.product, outcomes.defined_product, use_cases.product) as owning_product,
        coalesce(
            outcomes.revert_window_days, use_cases.revert_window_days, {{ var('default_revert_window_days') }}
        ) as window_days
    from outcomes
    left join use_cases on outcomes.defined_use_case = use_cases.use_case
),

final as (
    select
        -- keys and ids
        outcome_key,
        outcome_id,
        source,
        stream,
        -- what and whose
        defined_outcome_type as outcome_type,
        defined_use_case as use_case,
        owning_team as team,
        owning_product as product,
        customer_id,
        definition_id,
        -- when
        cast(occurred_at as date) as outcome_date,
        occurred_at,
        started_at,
        reverted_at,
        -- state
        latest_status as status,
        latest_status = 'succeeded' as is_success,
        first_reported_status,
        coalesce(first_reported_status = 'succeeded', false) as is_first_reported_success,
        case
            when latest_status <> 'open' then occurred_at + window_days * interval '1' day
        end as matures_at,
        -- value
        case
            when value is not null then {{ to_usd('value', "coalesce(value_currency, 'USD')") }}
            when latest_status = 'succeeded' then value_usd_per_success
        end as value_usd,
        coalesce(value_class, defined_value_class) as value_class,
        coalesce(value_status, defined_value_status) as value_status,
        coalesce(
            hours_saved, case when latest_status = 'succeeded' then hours_saved_per_success end
        ) as hours_saved,
        human_minutes,
        -- quality
        quality_score,
        csat_score,
        cast(
            case
                when started_at <= occurred_at
                    then
                        {{ dbt.datediff('started_at', 'occurred_at', 'second') }}
                        * cast(0.000277777778 as decimal(13,12))
            end as decimal(18,6)
        ) as cycle_time_hours,
        coalesce(handled_by, defined_handled_by, 'ai') as handled_by,
        -- links that the outcome itself states
        request_id,
        session_id,
        trace_id,
        -- free columns and audit
        tags,
        _loaded_at as loaded_at
    from judged
)

select * from final
