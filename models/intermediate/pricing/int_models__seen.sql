-- Every model name that a source has used, per provider.
with requests as (
    select * from {{ ref('int_requests__latest') }}
),

usage_buckets as (
    select * from {{ ref('int_usage__latest') }}
),

sampled_usage as (
    select * from {{ ref('int_usage__sampled') }}
),

charges as (
    select * from {{ ref('int_charges__latest') }}
),

line_items as (
    select * from {{ ref('int_charges__line_items') }}
),

provider_aliases as (
    select * from {{ ref('provider_aliases') }}
),

names as (
    select
        provider,
        model
    from requests
    union
    select
        provider,
        model
    from usage_buckets
    union
    select
        provider,
        model
    from sampled_usage
    union
    select
        provider,
        model
    from charges
    union
    select
        provider,
        model
    from line_items
),

final as (
    select distinct
        coalesce(provider_aliases.provider, names.provider) as provider,
        names.model as source_model
    from names
    left join provider_aliases on names.provider = provider_aliases.provider_alias
    where names.model is not null and names.provider is not null
)

select * from final
