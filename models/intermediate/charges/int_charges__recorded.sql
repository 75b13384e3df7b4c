-- Charges of the bills in the days of this run, with canonical provider and model. One system of record per account,
-- category and day; a usage bucket whose day was not over when it was pulled is held back, and estimates stand in.
{{ config(materialized='view') }}

with charges as (
    select * from {{ ref('int_charges__latest') }}
    where {{ touched_days_filter('usage_date', 'fct_ai_charges') }}
),

source_precedence as (
    select * from {{ ref('source_precedence') }}
),

provider_aliases as (
    select * from {{ ref('provider_aliases') }}
),

resolved_models as (
    select * from {{ ref('int_models__resolved') }}
),

ranked as (
    select
        charges.*,
        coalesce(provider_aliases.provider, charges.provider) as canonical_provider,
        lpad(cast(coalesce(source_precedence.charge_rank, 100) as varchar), 6, '0')
        || charges.source || '/' || charges.stream as record_rank,
        charges.scope_key is null
        or charges.charge_category <> 'usage'
        or charges._loaded_at >= charges.bucket_end_at as is_day_over
    from charges
    left join provider_aliases on charges.provider = provider_aliases.provider_alias
    left join source_precedence
        on charges.source = source_precedence.source and charges.stream = source_precedence.stream
),

-- An empty bucket states that nothing was charged, which makes its stream the record for usage on that day.
systems_of_record as (
    select
        canonical_provider,
        billing_account_id,
        usage_date,
        coalesce(charge_category, 'usage') as charge_category,
        min(record_rank) as record_rank
    from ranked
    where is_day_over
    group by all
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
        coalesce(resolved_models.model, ranked.model) as model,
        ranked.model as source_model,
        ranked.meter,
        ranked.region,
        ranked.service_tier,
        ranked.context_tier,
        coalesce(ranked.charge_category, 'usage') as charge_category,
        ranked.charge_class,
        ranked.cost_basis,
        ranked.description,
        ranked.quantity,
        ranked.unit,
        -- money, in billing currency
        ranked.billing_currency,
        ranked.billed_cost,
        ranked.effective_cost,
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
        ranked.is_day_over,
        ranked.is_day_over and ranked.record_rank = systems_of_record.record_rank as is_system_of_record,
        ranked._loaded_at as loaded_at
    from ranked
    left join systems_of_record
        on
            ranked.canonical_provider = systems_of_record.canonical_provider
            and ranked.billing_account_id = systems_of_record.billing_account_id
            and ranked.usage_date = systems_of_record.usage_date
            and coalesce(ranked.charge_category, 'usage') = systems_of_record.charge_category
    left join resolved_models
        on ranked.canonical_provider = resolved_models.provider and ranked.model = resolved_models.source_model
)

select * from final
