-- Attempts with provider account, canonical model, stated owner and billing mode: all that prices and owners depend on.
{{ config(materialized='view') }}

with attempts as (
    select * from {{ ref('int_requests__attempts') }}
    where {{ touched_days_filter('usage_date', 'int_requests__priced') }}
),

accounts as (
    select * from {{ ref('int_requests__accounts') }}
),

resolved_models as (
    select * from {{ ref('int_models__resolved') }}
),

request_tags as (
    select * from {{ ref('int_ownership__request_tags') }}
),

billing_modes as (
    select * from {{ ref('billing_modes') }}
),

located as (
    select
        attempts.*,
        accounts.billing_account_id as account_id,
        accounts.sub_account_id as located_sub_account_id,
        accounts.provider_api_key_id
    from attempts
    left join accounts on {{ account_lookup_key('attempts') }} = accounts.account_lookup_key
),

final as (
    select
        -- keys and ids
        located.request_key,
        located.logical_request_key,
        located.session_key,
        located.request_id,
        located.provider_request_id,
        located.gateway_call_id,
        located.session_id,
        located.trace_id,
        located.source,
        located.stream,
        located.source_system,
        -- when
        located.usage_date,
        located.started_at,
        located.attempt_number,
        located.is_final_attempt,
        -- who billed what
        located.provider,
        located.account_id as billing_account_id,
        located.located_sub_account_id as sub_account_id,
        located.api_key_id,
        located.provider_api_key_id,
        coalesce(resolved_models.model, located.model, '__unknown__') as model,
        located.model as source_model,
        located.requested_model,
        located.region,
        coalesce(located.service_tier, 'standard') as service_tier,
        coalesce(located.activity, 'inference') as activity,
        coalesce(located.status, 'success') as status,
        coalesce(located.is_gateway_cache_hit, false) as is_gateway_cache_hit,
        coalesce(key_modes.billing_mode, account_modes.billing_mode, 'metered') as billing_mode,
        -- who called
        located.user_id,
        coalesce(located.team, request_tags.team) as team,
        coalesce(located.use_case, request_tags.use_case) as use_case,
        coalesce(located.product, request_tags.product) as product,
        coalesce(located.environment, request_tags.environment) as environment,
        request_tags.tag_rule_id,
        located.customer_id,
        located.feature,
        located.component_id,
        located.component_version,
        located.task_class,
        located.experiment_id,
        located.variant,
        located.decision_id,
        located.prompt_hash,
        -- quantities
        {% for meter in token_meters() %}
        coalesce(located.{{ meter }}, 0) as {{ meter }},
        {% endfor %}
        located.output_reasoning_tokens,
        located.other_units,
        located.latency_ms,
        located.quality_score,
        located.is_safety_flagged,
        located.output_utility,
        located.cost_usd as source_cost_usd,
        -- free columns and audit
        located.tags,
        located.x_attributes,
        located.loaded_at
    from located
    left join resolved_models
        on located.provider = resolved_models.provider and located.model = resolved_models.source_model
    left join request_tags on located.request_key = request_tags.request_key
    left join billing_modes as key_modes
        on
            located.provider = key_modes.provider
            and located.account_id = key_modes.billing_account_id
            and coalesce(located.provider_api_key_id, located.api_key_id) = key_modes.api_key_id
            and located.usage_date >= coalesce(key_modes.valid_from, cast('1970-01-01' as date))
            and located.usage_date < coalesce(key_modes.valid_to, cast('9999-12-31' as date))
    left join billing_modes as account_modes
        on
            located.provider = account_modes.provider
            and located.account_id = account_modes.billing_account_id
            and account_modes.api_key_id is null
            and located.usage_date >= coalesce(account_modes.valid_from, cast('1970-01-01' as date))
            and located.usage_date < coalesce(account_modes.valid_to, cast('9999-12-31' as date))
)

select * from final
