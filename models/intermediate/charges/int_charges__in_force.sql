-- All charges in force, of every day, straight from the latest bills: what core must show. Rows that another system of
-- record covers, of services that are no AI, or of an open day that is estimated, are left out by the same rules, stated
-- once more and independently of days.
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

-- A stream is believed by its rank, a pull of the whole before a filtered one; a bill of the whole day beats an open one.
standing as (
    select
        charges.*,
        coalesce(provider_aliases.provider, charges.provider) as canonical_provider,
        coalesce(charges.charge_category, 'usage') as category,
        coalesce(line_items.scope, 'ai') = 'ai' as is_in_scope,
        reported_days.told_by_stream is not null as is_told_elsewhere,
        {{ is_day_over('charges') }} as is_day_over,
        lpad(cast(coalesce(source_precedence.charge_rank, 100) as varchar), 4, '0')
        || case when source_precedence.charge_rank is null then charges.source || '/' || charges.stream else '' end
        || case when {{ json_value('charges._tags', "'filters'") }} is null then ' whole' else ' with filters' end
            as believed,
        coalesce({{ json_value('charges._tags', "'filters'") }}, '') as filters,
        -- of the groupings in which one report was pulled, the one with most dimensions
        lpad(cast(99 - coalesce(
            length({{ json_value('charges._tags', "'group_by'") }})
            - length(replace({{ json_value('charges._tags', "'group_by'") }}, ',', '')) + 1, 0
        ) as varchar), 2, '0') || coalesce(charges.scope_key, '') as coarseness
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
),

ranked as (
    select
        *,
        first_value(believed) over (
            partition by canonical_provider, billing_account_id, usage_date, category
            order by is_day_over desc, believed
        ) as believed_of_record,
        first_value(coarseness) over (
            partition by canonical_provider, billing_account_id, usage_date, source, stream, believed, filters
            order by is_day_over desc, coarseness
        ) as coarseness_of_record,
        max(is_day_over) over (
            partition by canonical_provider, billing_account_id, usage_date, category
        ) as is_whole_day
    from standing
),

estimated_days as (
    select distinct
        provider,
        billing_account_id,
        usage_date
    from {{ ref('fct_ai_charges') }}
    where is_estimated
),

final as (
    select
        ranked.unit_key,
        ranked.source,
        ranked.stream,
        ranked.provider,
        ranked.billing_account_id,
        ranked.usage_date,
        ranked.charge_category,
        ranked.billing_currency,
        ranked.billed_cost,
        case when ranked.is_told_elsewhere then 0 else ranked.effective_cost end as effective_cost
    from ranked
    left join estimated_days
        on
            ranked.canonical_provider = estimated_days.provider
            and ranked.billing_account_id = estimated_days.billing_account_id
            and ranked.usage_date = estimated_days.usage_date
    where
        ranked.believed = ranked.believed_of_record
        and ranked.coarseness = ranked.coarseness_of_record
        and ranked.is_in_scope
        and not ranked.is_empty_bucket
        and (ranked.is_whole_day or estimated_days.usage_date is null)
)

select * from final
