-- Cost of a request: its share of the bill on billed account-days, an estimate on metered days without a bill, else
-- nothing (list cost stays as the notional figure). The evidence stands beside it.
{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with requests as (
    select * from {{ ref('int_requests__priced') }}
    where {{ touched_days_filter('usage_date') }}
),

group_costs as (
    select * from {{ ref('int_bill__group_costs') }}
),

remainders as (
    select * from {{ ref('int_bill__request_remainders') }}
),

dim_models as (
    select * from {{ ref('dim_models') }}
),

costed as (
    select
        requests.*,
        dim_models.model_tier,
        case
            when not requests.is_billable then 'none'
            when group_costs.is_billed_day then coalesce(group_costs.cost_basis, 'none')
            when requests.billing_mode = 'metered' then {{ estimate_basis('requests') }}
            else 'none'
        end as cost_basis,
        case
            when group_costs.cost_basis is not null
                then
                    {{ request_share('requests', 'group_costs', 'effective') }}
                    + coalesce(remainders.effective_remainder_usd, 0)
        end as effective_share_usd,
        case
            when group_costs.cost_basis is not null
                then
                    {{ request_share('requests', 'group_costs', 'billed') }}
                    + coalesce(remainders.billed_remainder_usd, 0)
        end as billed_share_usd
    from requests
    left join group_costs on requests.bill_group_key = group_costs.bill_group_key and requests.is_billable
    left join remainders
        on
            requests.bill_group_key = remainders.bill_group_key
            and requests.request_key = remainders.request_key
    left join dim_models on requests.provider = dim_models.provider and requests.model = dim_models.model
),

final as (
    select
        -- keys and ids
        request_key,
        logical_request_key,
        session_key,
        request_id,
        provider_request_id,
        gateway_call_id,
        session_id,
        trace_id,
        source,
        stream,
        source_system,
        -- when
        usage_date,
        started_at,
        attempt_number,
        is_final_attempt,
        -- who billed what
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        source_model,
        requested_model,
        coalesce(model_tier, '__unknown__') as model_tier,
        region,
        service_tier,
        context_tier,
        activity,
        status,
        is_gateway_cache_hit,
        -- who called, for what
        user_id,
        customer_id,
        feature,
        component_id,
        component_version,
        task_class,
        experiment_id,
        variant,
        decision_id,
        prompt_hash,
        -- who owns it
        owner_key,
        owner_team as team,
        owner_use_case as use_case,
        owner_product as product,
        owner_environment as environment,
        cost_center,
        attribution_method,
        attribution_rule_id,
        -- quantities
        {% for meter in token_meters() %}
        {{ meter }},
        {% endfor %}
        output_reasoning_tokens,
        total_tokens,
        latency_ms,
        quality_score,
        is_safety_flagged,
        output_utility,
        -- money
        billing_mode,
        cost_basis,
        list_cost_usd is not null as is_priced,
        list_cost_usd,
        contracted_cost_usd,
        source_cost_usd,
        cast(case
            when cost_basis = 'gateway_reported' then source_cost_usd
            when cost_basis in ('contract_estimated', 'list_estimated') then contracted_cost_usd
            when cost_basis = 'none' then 0
            else effective_share_usd
        end as decimal(28,12)) as effective_cost_usd,
        cast(
            case
                when cost_basis in ('gateway_reported', 'contract_estimated', 'list_estimated', 'none') then 0
                else billed_share_usd
            end as decimal(28,12)
        ) as billed_cost_usd,
        bill_group_key,
        -- free columns and audit
        tags,
        x_attributes,
        loaded_at
    from costed
)

select * from final
