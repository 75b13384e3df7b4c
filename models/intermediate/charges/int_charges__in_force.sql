-- All charges in force, of every day, straight from the latest bills: what core must show. Rows that another system of
-- record covers, or whose day was not over, are left out by the same rules, stated once more and independently of days.
{{ config(materialized='view') }}

with charges as (
    select * from {{ ref('int_charges__latest') }}
),

source_precedence as (
    select * from {{ ref('source_precedence') }}
),

provider_aliases as (
    select * from {{ ref('provider_aliases') }}
),

standing as (
    select
        charges.*,
        rank() over (
            partition by
                coalesce(provider_aliases.provider, charges.provider),
                charges.billing_account_id,
                charges.usage_date,
                coalesce(charges.charge_category, 'usage')
            order by coalesce(source_precedence.charge_rank, 100), charges.source, charges.stream
        ) as record_rank
    from charges
    left join provider_aliases on charges.provider = provider_aliases.provider_alias
    left join source_precedence
        on charges.source = source_precedence.source and charges.stream = source_precedence.stream
    where
        charges.scope_key is null
        or charges.charge_category <> 'usage'
        or charges._loaded_at >= charges.bucket_end_at
),

final as (
    select * from standing
    where record_rank = 1 and not is_empty_bucket
)

select * from final
