-- What the tags of a request say about its owner: values of trusted tags, and the ownership rule that a tag matches.
-- Tags that a caller can set freely count only where seed trusted_tags says so.
{{ config(materialized='view') }}

with attempts as (
    select * from {{ ref('int_requests__attempts') }}
    where tags is not null
),

trusted_tags as (
    select * from {{ ref('trusted_tags') }}
    where is_trusted
),

tag_rules as (
    select * from {{ ref('ownership_rules') }}
    where tag_key is not null
),

tag_values as (
    select
        attempts.request_key,
        trusted_tags.tag_key,
        trusted_tags.owner_column,
        attempts.usage_date,
        {{ json_value('attempts.tags', 'trusted_tags.tag_key') }} as tag_value
    from attempts
    inner join trusted_tags on attempts.source = trusted_tags.source
),

owner_values as (
    select
        request_key,
        max(case when owner_column = 'team' then tag_value end) as team,
        max(case when owner_column = 'use_case' then tag_value end) as use_case,
        max(case when owner_column = 'product' then tag_value end) as product,
        max(case when owner_column = 'environment' then tag_value end) as environment
    from tag_values
    where tag_value is not null
    group by request_key
),

rule_matches as (
    select
        tag_values.request_key,
        min_by(tag_rules.rule_id, lpad(cast(tag_rules.priority as varchar), 8, '0') || tag_rules.rule_id)
            as tag_rule_id
    from tag_values
    inner join tag_rules
        on
            tag_values.tag_key = tag_rules.tag_key
            and tag_values.tag_value = tag_rules.tag_value
            and tag_values.usage_date >= coalesce(tag_rules.valid_from, cast('1970-01-01' as date))
            and tag_values.usage_date < coalesce(tag_rules.valid_to, cast('9999-12-31' as date))
    group by tag_values.request_key
),

final as (
    select
        owner_values.request_key,
        owner_values.team,
        owner_values.use_case,
        owner_values.product,
        owner_values.environment,
        rule_matches.tag_rule_id
    from owner_values
    left join rule_matches on owner_values.request_key = rule_matches.request_key
)

select * from final
