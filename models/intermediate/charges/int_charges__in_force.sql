-- All charges in force, of every day, straight from the latest bills: what core must show. Rows that another system of
-- record covers, of services that are no AI, or whose day was not over, are left out by the same rules, stated once more and independently of days.
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

line_items as (
    select * from {{ ref('int_charges__line_items') }}
),

reported_days as (
    select distinct
        source || '.' || stream as told_by_stream,
        provider,
        billing_account_id,
        usage_date
    from charges
),

standing as (
    select
        charges.*,
        coalesce(line_items.scope, 'ai') = 'ai' as is_in_scope,
        reported_days.told_by_stream is not null as is_told_elsewhere,
        rank() over (
            partition by
                coalesce(provider_aliases.provider, charges.provider),
                charges.billing_account_id,
                charges.usage_date,
                coalesce(charges.charge_category, 'usage')
            order by
                coalesce(source_precedence.charge_rank, 100),
                case
                    when source_precedence.charge_rank is null then charges.source || '/' || charges.stream else ''
                end,
                case when {{ json_value('charges._tags', "'filters'") }} is null then 0 else 1 end
        ) as record_rank,
        -- of the groupings in which one report was pulled, the one with most dimensions
        dense_rank() over (
            partition by
                coalesce(provider_aliases.provider, charges.provider),
                charges.billing_account_id,
                charges.usage_date,
                charges.source,
                charges.stream,
                {{ json_value('charges._tags', "'filters'") }}
            order by
                coalesce(
                    length({{ json_value('charges._tags', "'group_by'") }})
                    - length(replace({{ json_value('charges._tags', "'group_by'") }}, ',', '')) + 1, 0
                ) desc,
                charges.scope_key
        ) as grouping_rank
    from charges
    left join provider_aliases on charges.provider = provider_aliases.provider_alias
    left join source_precedence
        on charges.source = source_precedence.source and charges.stream = source_precedence.stream
    left join line_items
        on
            charges.source = line_items.source
            and charges.stream = line_items.stream
            and charges.provider = line_items.provider
            and charges.line_text = line_items.line_text
    left join reported_days
        on
            charges.told_by_stream = reported_days.told_by_stream
            and charges.provider = reported_days.provider
            and charges.billing_account_id = reported_days.billing_account_id
            and charges.usage_date = reported_days.usage_date
    where
        charges.scope_key is null
        or charges.charge_category <> 'usage'
        or charges._loaded_at >= charges.bucket_end_at
),

final as (
    select
        unit_key,
        source,
        stream,
        provider,
        billing_account_id,
        usage_date,
        charge_category,
        billing_currency,
        billed_cost,
        case when is_told_elsewhere then 0 else effective_cost end as effective_cost
    from standing
    where record_rank = 1 and grouping_rank = 1 and is_in_scope and not is_empty_bucket
)

select * from final
