with owners as (
    select * from {{ ref('int_ownership__owners') }}
),

targets as (
    select * from {{ ref('int_allocation__targets') }}
),

use_cases as (
    select * from {{ ref('use_cases') }}
),

teams as (
    select * from {{ ref('teams') }}
),

known as (
    select
        owner_key,
        team,
        use_case,
        product,
        environment,
        cost_center
    from owners
    union
    select
        owner_key,
        team,
        use_case,
        product,
        environment,
        cost_center
    from targets
),

final as (
    select
        known.owner_key,
        known.team,
        known.use_case,
        known.product,
        known.environment,
        known.cost_center,
        coalesce(use_cases.value_area, '__unknown__') as value_area,
        teams.legal_entity,
        teams.gl_account,
        teams.pnl_class
    from known
    left join use_cases on known.use_case = use_cases.use_case
    left join teams on known.team = teams.team
)

select * from final
