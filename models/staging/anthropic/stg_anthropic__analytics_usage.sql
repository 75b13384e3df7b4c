with analytics_usage as (
    select * from {{ source('anthropic', 'analytics_usage') }}
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        starting_at as bucket_start_at,
        ending_at as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        data_refreshed_at as data_reaches_at,
        -- who and what
        'anthropic' as provider,
        coalesce({{ batch_tag('account') }}, 'anthropic') as billing_account_id,
        grouped.workspace_id as sub_account_id,
        coalesce(grouped.api_key_id, grouped.actor.api_key_id) as api_key_id,
        coalesce(grouped.actor.email_address, grouped.actor.user_id) as user_id,
        grouped.model as model,
        {{ inference_region('grouped.inference_geo') }} as region,
        {{ anthropic_service_tier('grouped.speed', 'grouped.service_tier') }} as service_tier,
        {{ anthropic_context_tier('grouped.context_window') }} as context_tier,
        -- quantities: input excludes cache
        analytics_usage.usage.requests as request_count,
        coalesce(analytics_usage.usage.uncached_input_tokens, 0) as input_uncached_tokens,
        coalesce(analytics_usage.usage.cache_read_input_tokens, 0) as input_cache_read_tokens,
        coalesce(analytics_usage.usage.cache_creation.ephemeral_5m_input_tokens, 0) as input_cache_write_short_tokens,
        coalesce(analytics_usage.usage.cache_creation.ephemeral_1h_input_tokens, 0) as input_cache_write_long_tokens,
        coalesce(analytics_usage.usage.output_tokens, 0) as output_tokens,
        {{ units_object({'web_search_requests': 'analytics_usage.usage.server_tool_use.web_search_requests'}) }}
            as other_units,
        -- audit
        {{ audit_columns() }}
    from analytics_usage
)

select * from final
