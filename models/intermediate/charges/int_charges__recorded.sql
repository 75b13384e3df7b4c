-- Charges of the bills in the days of this run, with canonical provider and model. One system of record per account,
-- category and day, and of one report pulled with several groupings the finest; a bill of the whole day beats one that was
-- pulled before the day was over. Charges of services that are no AI count for nothing here.
{{ config(materialized='view') }}

with ranked as (
    select * from {{ ref('int_charges__ranked') }}
),

resolved_models as (
    select * from {{ ref('int_models__resolved') }}
),

-- An empty bucket states that nothing was charged, which makes its stream the record for usage on that day.
systems_of_record as (
    select
        canonical_provider,
        billing_account_id,
        usage_date,
        coalesce(charge_category, 'usage') as charge_category,
        max(is_day_over) as is_day_over,
        coalesce(min(case when is_day_over then record_rank end), min(record_rank)) as record_rank
    from ranked
    group by canonical_provider, billing_account_id, usage_date, coalesce(charge_category, 'usage')
),

-- One report pulled with two groupings tells the same money twice.
groupings_of_record as (
    select
        canonical_provider,
        billing_account_id,
        usage_date,
        record_rank,
        source,
        stream,
        filters,
        coalesce(min(case when is_day_over then grouping_rank end), min(grouping_rank)) as grouping_rank
    from ranked
    group by canonical_provider, billing_account_id, usage_date, record_rank, source, stream, filters
),

final as (
    select
        -- keys
        {{ charge_record_key('ranked') }} as record_key,
        ranked.unit_key,
        ranked.source,
        ranked.stream,
        ranked.charge_id,
        -- when
        ranked.usage_date,
        ranked.bucket_start_at,
        ranked.bucket_end_at,
        ranked.billing_period_start_date,
        -- what
        ranked.is_empty_bucket,
        ranked.canonical_provider as provider,
        ranked.billing_account_id,
        ranked.sub_account_id,
        ranked.api_key_id,
        ranked.api_key_id as provider_api_key_id,
        cast(null as varchar) as user_id,
        coalesce(resolved_models.model, ranked.known_model) as model,
        ranked.known_model as source_model,
        case when ranked.is_unmapped then '__unmapped__' else ranked.known_meter end as meter,
        ranked.known_region as region,
        ranked.known_service_tier as service_tier,
        ranked.known_context_tier as context_tier,
        coalesce(ranked.charge_category, 'usage') as charge_category,
        ranked.charge_class,
        ranked.cost_basis,
        ranked.description,
        ranked.known_quantity as quantity,
        ranked.known_unit as unit,
        -- money, in billing currency
        ranked.billing_currency,
        ranked.billed_cost,
        ranked.known_effective_cost as effective_cost,
        ranked.list_cost,
        ranked.invoice_id,
        -- stated owner
        cast(null as varchar) as tag_rule_id,
        {{ json_value('ranked.tags', "'team'") }} as team,
        {{ json_value('ranked.tags', "'use_case'") }} as use_case,
        {{ json_value('ranked.tags', "'product'") }} as product,
        {{ json_value('ranked.tags', "'environment'") }} as environment,
        ranked.tags,
        -- standing
        ranked.is_open_bucket,
        systems_of_record.is_day_over,
        ranked.is_in_scope
        and ranked.record_rank = systems_of_record.record_rank
        and ranked.grouping_rank = groupings_of_record.grouping_rank as is_system_of_record,
        ranked._loaded_at as loaded_at
    from ranked
    left join systems_of_record
        on
            ranked.canonical_provider = systems_of_record.canonical_provider
            and ranked.billing_account_id = systems_of_record.billing_account_id
            and ranked.usage_date = systems_of_record.usage_date
            and coalesce(ranked.charge_category, 'usage') = systems_of_record.charge_category
    left join groupings_of_record
        on
            ranked.canonical_provider = groupings_of_record.canonical_provider
            and ranked.billing_account_id = groupings_of_record.billing_account_id
            and ranked.usage_date = groupings_of_record.usage_date
            and ranked.record_rank = groupings_of_record.record_rank
            and ranked.source = groupings_of_record.source
            and ranked.stream = groupings_of_record.stream
            and ranked.filters = groupings_of_record.filters
    left join resolved_models
        on ranked.canonical_provider = resolved_models.provider and ranked.known_model = resolved_models.source_model
)

select * from final
