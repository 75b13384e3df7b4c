-- Usage report rows in the days of this run, with canonical provider and model and priced per bucket row. Of several
-- reports on an account and day those with the lowest rank count, and of one report's groupings the finest. What the
-- counters of self-hosted servers tell comes beside them.
{{ config(materialized='view') }}

{% set carried = ['unit_key', 'source', 'stream', 'usage_date', '_source_line', '_loaded_at', '_tags']
    + canonical_columns('usage') | map(attribute='name') | list %}

with usage_rows as (
    {% for relation in [ref('int_usage__latest'), ref('int_usage__sampled')] %}
    select {{ carried | join(', ') }}
    from {{ relation }}
    where {{ touched_days_filter('usage_date', 'fct_ai_usage') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
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
        usage_rows.*,
        coalesce(provider_aliases.provider, usage_rows.provider) as canonical_provider,
        {{ record_rank('usage_rows', 'source_precedence.usage_rank', is_exclusive=false) }} as record_rank,
        {{ grouping_rank('usage_rows') }} as grouping_rank,
        coalesce({{ json_value('usage_rows._tags', "'filters'") }}, '') as filters
    from usage_rows
    left join provider_aliases on usage_rows.provider = provider_aliases.provider_alias
    left join source_precedence
        on usage_rows.source = source_precedence.source and usage_rows.stream = source_precedence.stream
),

reports_of_record as (
    select
        *,
        min(record_rank) over (
            partition by canonical_provider, billing_account_id, usage_date
        ) as believed_rank,
        max({{ known_until('ranked') }}) over (
            partition by canonical_provider, billing_account_id, usage_date, source, stream
        ) as day_known_until,
        min(grouping_rank) over (
            partition by canonical_provider, billing_account_id, usage_date, source, stream, record_rank, filters
        ) as finest_grouping_rank
    from ranked
),

named as (
    select
        usage_rows.unit_key,
        usage_rows.source,
        usage_rows.stream,
        usage_rows.usage_date,
        usage_rows.bucket_start_at,
        usage_rows.bucket_end_at,
        usage_rows.canonical_provider as provider,
        usage_rows.billing_account_id,
        usage_rows.sub_account_id,
        usage_rows.api_key_id,
        usage_rows.user_id,
        usage_rows.model as source_model,
        usage_rows.region,
        coalesce(usage_rows.service_tier, 'standard') as service_tier,
        coalesce(usage_rows.context_tier, 'base') as context_tier,
        usage_rows.request_count,
        {% for meter in token_meters() %}
        coalesce(usage_rows.{{ meter }}, 0) as {{ meter }},
        {% endfor %}
        usage_rows.other_units,
        usage_rows.reported_cost_usd,
        {{ is_open_bucket('usage_rows') }}
        or coalesce(usage_rows.day_known_until < {{ day_end('usage_rows') }}, false) as is_open,
        usage_rows._source_line,
        usage_rows._loaded_at as loaded_at
    from reports_of_record as usage_rows
    where
        usage_rows.record_rank = usage_rows.believed_rank
        and usage_rows.grouping_rank = usage_rows.finest_grouping_rank
        and not usage_rows.is_empty_bucket
),

modelled as (
    select
        named.*,
        coalesce(resolved_models.model, named.source_model) as model
    from named
    left join resolved_models
        on named.provider = resolved_models.provider and named.source_model = resolved_models.source_model
),

final as (
    select
        {{ surrogate_key(qualified(['unit_key', 'sub_account_id', 'api_key_id', 'user_id', 'source_model', 'region',
            'service_tier', 'context_tier'], 'modelled')) }} as row_key,
        modelled.*,
        {{ sum_of_meters('all', 'modelled') }} as total_tokens,
        {{ priced_cost('modelled', 'list') }} as list_cost_usd,
        {{ priced_cost('modelled', 'contracted') }} as contracted_cost_usd
    from modelled
    {{ join_prices('modelled') }}
)

select * from final
