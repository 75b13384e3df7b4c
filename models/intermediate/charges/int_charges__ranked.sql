-- Charges of the bills in the days of this run, with what the text of their line says, units as we name them, and the
-- place of their report among those that tell of the same money.
{{ config(materialized='view') }}

with charges as (
    select * from {{ ref('int_charges__latest') }}
    where {{ touched_days_filter('usage_date', 'fct_ai_charges') }}
),

-- Days of an account for which another view of the bill tells quantity and effective cost.
reported_days as (
    select distinct
        source || '.' || stream as told_by_stream,
        provider,
        billing_account_id,
        usage_date
    from charges
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

units as (
    select * from {{ ref('units') }}
),

final as (
    select
        charges.*,
        coalesce(provider_aliases.provider, charges.provider) as canonical_provider,
        {{ record_rank('charges', 'source_precedence.charge_rank', is_exclusive=true) }} as record_rank,
        {{ grouping_rank('charges') }} as grouping_rank,
        coalesce({{ json_value('charges._tags', "'filters'") }}, '') as filters,
        coalesce(line_items.scope, 'ai') = 'ai' as is_in_scope,
        charges.line_text is not null
        and coalesce(line_items.scope, 'ai') = 'ai'
        and coalesce(charges.charge_category, 'usage') = 'usage'
        and coalesce(charges.meter, line_items.meter) is null as is_unmapped,
        coalesce(charges.meter, nullif(line_items.meter, '*')) as known_meter,
        coalesce(charges.model, line_items.model) as known_model,
        coalesce(charges.service_tier, line_items.service_tier) as known_service_tier,
        coalesce(charges.context_tier, line_items.context_tier) as known_context_tier,
        coalesce(charges.region, line_items.region) as known_region,
        coalesce(units.unit, charges.unit) as known_unit,
        case
            when reported_days.told_by_stream is null
                then cast(charges.quantity * coalesce(units.factor, 1) as decimal(28,12))
        end as known_quantity,
        case when reported_days.told_by_stream is null then charges.effective_cost else 0 end as known_effective_cost,
        {{ is_open_bucket('charges') }} as is_open_bucket,
        {{ is_day_over('charges') }} as is_day_over
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
    left join units on lower(charges.unit) = units.source_unit
)

select * from final
