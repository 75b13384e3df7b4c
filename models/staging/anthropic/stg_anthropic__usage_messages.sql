with usage_messages as (
    select * from {{ source('anthropic', 'usage_messages') }}
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        starting_at as bucket_start_at,
        ending_at as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        -- who and what
        'anthropic' as provider,
        coalesce({{ batch_tag('account') }}, 'anthropic') as billing_account_id,
        {{ anthropic_workspace('workspace_id') }} as sub_account_id,
        api_key_id,
        account_id as user_id,
        model,
        {{ inference_region('inference_geo') }} as region,
        case when speed = 'fast' then 'fast' else {{ canonical_service_tier('service_tier') }} end as service_tier,
        {{ anthropic_context_tier('context_window') }} as context_tier,
        -- quantities: input excludes cache
        uncached_input_tokens as input_uncached_tokens,
        coalesce(cache_read_input_tokens, 0) as input_cache_read_tokens,
        coalesce(cache_creation.ephemeral_5m_input_tokens, 0) as input_cache_write_short_tokens,
        coalesce(cache_creation.ephemeral_1h_input_tokens, 0) as input_cache_write_long_tokens,
        output_tokens,
        {{ units_object({'web_search_requests': 'server_tool_use.web_search_requests'}) }} as other_units,
        -- audit
        {{ audit_columns() }}
    from usage_messages
)

select * from final
