-- Ownership rule that fits each identity best: keys beat projects, projects beat accounts; within a class priority, then
-- the number of matched fields decide. Ties are an error (test on tied_rule_count).
with identities as (
    select * from {{ ref('int_ownership__identities') }}
),

ownership_rules as (
    select * from {{ ref('ownership_rules') }}
),

classed_rules as (
    select
        *,
        case
            when tag_key is not null then 1
            when api_key_id is not null then 2
            when sub_account_id is not null then 3
            when billing_account_id is not null then 4
            else 5
        end as rule_class,
        case when provider is null then 0 else 1 end
        + case when billing_account_id is null then 0 else 1 end
        + case when sub_account_id is null then 0 else 1 end
        + case when api_key_id is null then 0 else 1 end
        + case when user_id is null then 0 else 1 end
        + case when model is null then 0 else 1 end as matched_fields,
        hash_person(user_id) as user_hash
    from ownership_rules
),

candidates as (
    select
        identities.identity_key,
        classed_rules.rule_id,
        classed_rules.rule_class,
        classed_rules.team,
        classed_rules.use_case,
        classed_rules.product,
        classed_rules.environment,
        classed_rules.pool_id,
        rank() over (
            partition by identities.identity_key
            order by classed_rules.rule_class, classed_rules.priority, classed_rules.matched_fields desc
        ) as match_rank
    from identities
    inner join classed_rules
        on
            (classed_rules.tag_key is null or classed_rules.rule_id = identities.tag_rule_id)
            and (classed_rules.provider is null or classed_rules.provider = identities.provider)
            and (
                classed_rules.billing_account_id is null
                or classed_rules.billing_account_id = identities.billing_account_id
            )
            and (classed_rules.sub_account_id is null or classed_rules.sub_account_id = identities.sub_account_id)
            and (
                classed_rules.api_key_id is null
                or classed_rules.api_key_id in (identities.api_key_id, identities.provider_api_key_id)
            )
            and (
                classed_rules.user_id is null
                or identities.user_id in (classed_rules.user_id, classed_rules.user_hash)
            )
            and (classed_rules.model is null or classed_rules.model = identities.model)
            and identities.usage_date >= coalesce(classed_rules.valid_from, cast('1970-01-01' as date))
            and identities.usage_date < coalesce(classed_rules.valid_to, cast('9999-12-31' as date))
),

final as (
    select
        identity_key,
        min_by(rule_id, rule_id) as rule_id,
        min(rule_class) as rule_class,
        min_by(team, rule_id) as team,
        min_by(use_case, rule_id) as use_case,
        min_by(product, rule_id) as product,
        min_by(environment, rule_id) as environment,
        min_by(pool_id, rule_id) as pool_id,
        count(*) as tied_rule_count
    from candidates
    where match_rank = 1
    group by identity_key
)

select * from final
