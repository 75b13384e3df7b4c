with usage_records as (
    select * from {{ source('custom', 'usage') }}
),

final as (
    select
        -- ids
        request_id,
        coalesce(source_system, {{ batch_tag('source_system') }}, 'custom') as source_system,
        'latest' as merge_rule,
        provider_request_id,
        case when attempt_number > 1 then parent_request_id else request_id end as logical_call_id,
        parent_request_id,
        attempt_number,
        session_id,
        trace_id,
        -- when
        started_at,
        -- who and what
        lower(provider) as provider,
        coalesce(billing_account_id, {{ batch_tag('account') }}) as billing_account_id,
        coalesce(sub_account_id, {{ batch_tag('sub_account') }}) as sub_account_id,
        coalesce(api_key_id, gateway_key_id) as api_key_id,
        model,
        requested_model,
        region,
        case when speed = 'fast' then 'fast' else {{ canonical_service_tier('service_tier') }} end as service_tier,
        activity,
        status,
        is_gateway_cache_hit,
        user_id,
        -- tokens, already disjoint
        {% for meter in token_meters() %}
        {{ meter }},
        {% endfor %}
        output_reasoning_tokens,
        case when quantity <> 0 then {{ units_object({}, unit='unit', quantity='quantity') }} end as other_units,
        -- quality and cost as the client sees them
        latency_ms,
        quality_score,
        is_safety_flagged,
        output_utility,
        cost_usd,
        -- stated owner
        coalesce(team, {{ batch_tag('team') }}) as team,
        coalesce(use_case, {{ batch_tag('use_case') }}) as use_case,
        coalesce(product, {{ batch_tag('product') }}) as product,
        coalesce(environment, {{ batch_tag('environment') }}) as environment,
        coalesce(customer_id, {{ batch_tag('customer_id') }}) as customer_id,
        coalesce(feature, {{ batch_tag('feature') }}) as feature,
        component_id,
        component_version,
        task_class,
        experiment_id,
        variant,
        decision_id,
        prompt_hash,
        tags,
        x_attributes,
        -- audit
        {{ audit_columns() }}
    from usage_records
)

select * from final
