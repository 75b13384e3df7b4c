with use_cases as (
    select * from {{ ref('use_cases') }}
),

outcomes as (
    select * from {{ ref('fct_outcomes') }}
),

owners as (
    select * from {{ ref('dim_owners') }}
),

type_counts as (
    select
        use_case,
        outcome_type,
        count(*) as outcome_count
    from outcomes
    group by
        use_case,
        outcome_type
),

-- Where nobody declared a primary outcome type, the most frequent one stands in (ties: alphabetical).
common_types as (
    select
        use_case,
        outcome_type
    from type_counts
    qualify row_number() over (partition by use_case order by outcome_count desc, outcome_type) = 1
),

known as (
    select use_case from use_cases
    union
    select use_case from outcomes
    union
    select use_case from owners
),

final as (
    select
        known.use_case,
        coalesce(use_cases.use_case_name, known.use_case) as use_case_name,
        use_cases.team,
        use_cases.product,
        coalesce(use_cases.value_area, '__unknown__') as value_area,
        use_cases.goal,
        cast(use_cases.baseline_value as decimal(28,12)) as baseline_value,
        cast(use_cases.target_value as decimal(28,12)) as target_value,
        use_cases.target_metric,
        use_cases.quality_need,
        coalesce(use_cases.primary_outcome_type, common_types.outcome_type, '__none__') as primary_outcome_type,
        use_cases.primary_unit,
        cast(use_cases.revert_window_days as integer) as revert_window_days
    from known
    left join use_cases on known.use_case = use_cases.use_case
    left join common_types on known.use_case = common_types.use_case
)

select * from final
