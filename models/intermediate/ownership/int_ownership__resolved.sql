-- Owner of each identity. Stated owners (own columns, trusted tags) beat rules; a use case brings its team and product
-- from seed use_cases. A rule that names a pool leaves the cost shared until the allocation rules split it.
with identities as (
    select * from {{ ref('int_ownership__identities') }}
),

rule_matches as (
    select * from {{ ref('int_ownership__rule_matches') }}
),

use_cases as (
    select * from {{ ref('use_cases') }}
),

teams as (
    select * from {{ ref('teams') }}
),

judged as (
    select
        identities.identity_key,
        identities.team,
        identities.use_case,
        identities.product,
        identities.environment,
        rule_matches.team as rule_team,
        rule_matches.use_case as rule_use_case,
        rule_matches.product as rule_product,
        rule_matches.environment as rule_environment,
        rule_matches.rule_id,
        rule_matches.rule_class,
        rule_matches.pool_id,
        coalesce(identities.team, identities.use_case, identities.product) is not null as is_stated
    from identities
    left join rule_matches on identities.identity_key = rule_matches.identity_key
),

owned as (
    select
        judged.identity_key,
        judged.is_stated,
        judged.rule_class,
        case when not judged.is_stated then judged.rule_id end as attribution_rule_id,
        case when not judged.is_stated then judged.pool_id end as pool_id,
        coalesce(judged.team, stated_use_cases.team, judged.rule_team, rule_use_cases.team) as team,
        coalesce(
            judged.use_case, case when not judged.is_stated then judged.rule_use_case end
        ) as use_case,
        coalesce(
            judged.product, stated_use_cases.product, judged.rule_product, rule_use_cases.product
        ) as product,
        coalesce(judged.environment, judged.rule_environment) as environment
    from judged
    left join use_cases as stated_use_cases on judged.use_case = stated_use_cases.use_case
    left join use_cases as rule_use_cases on judged.rule_use_case = rule_use_cases.use_case
),

named as (
    select
        identity_key,
        attribution_rule_id,
        pool_id,
        coalesce(case when pool_id is not null then '__shared__' end, team, '__unattributed__') as team,
        coalesce(case when pool_id is not null then '__shared__' end, use_case, '__unattributed__') as use_case,
        coalesce(case when pool_id is not null then '__shared__' end, product, '__unattributed__') as product,
        coalesce(
            case when pool_id is not null then '__shared__' end, environment, '__unattributed__'
        ) as environment,
        case
            when is_stated then 'tag'
            when pool_id is not null then 'shared_rule'
            when rule_class = 1 then 'tag'
            when rule_class = 2 then 'key'
            when rule_class in (3, 4) then 'project'
            when rule_class = 5 then 'request_share'
            else 'unattributed'
        end as attribution_method
    from owned
),

centered as (
    select
        named.*,
        coalesce(
            teams.cost_center, case when named.pool_id is not null then '__shared__' end, '__unattributed__'
        ) as cost_center
    from named
    left join teams on named.team = teams.team
),

final as (
    select
        identity_key,
        {{ owner_key('centered') }} as owner_key,
        team,
        use_case,
        product,
        environment,
        cost_center,
        attribution_method,
        attribution_rule_id,
        pool_id
    from centered
)

select * from final
