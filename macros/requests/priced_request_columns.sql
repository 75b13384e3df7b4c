{# Columns that pricing passes through from the identified and owned attempt, in order. #}
{% macro priced_request_columns() %}
    {{ return([
        'request_key', 'logical_request_key', 'session_key', 'request_id', 'provider_request_id', 'gateway_call_id',
        'session_id', 'trace_id', 'source', 'stream', 'source_system', 'usage_date', 'started_at', 'attempt_number',
        'is_final_attempt', 'provider', 'billing_account_id', 'sub_account_id', 'api_key_id', 'provider_api_key_id',
        'model', 'source_model', 'requested_model', 'region', 'service_tier', 'context_tier', 'activity', 'status',
        'is_gateway_cache_hit', 'billing_mode', 'user_id', 'customer_id', 'feature', 'component_id',
        'component_version', 'task_class', 'experiment_id', 'variant', 'decision_id', 'prompt_hash', 'owner_key',
        'owner_team', 'owner_use_case', 'owner_product', 'owner_environment', 'cost_center', 'attribution_method',
        'attribution_rule_id', 'pool_id'] + token_meters() + ['output_reasoning_tokens', 'total_tokens', 'other_units', 'latency_ms',
        'quality_score', 'is_safety_flagged', 'output_utility', 'source_cost_usd', 'tags', 'x_attributes', 'loaded_at'
    ]) }}
{% endmacro %}
