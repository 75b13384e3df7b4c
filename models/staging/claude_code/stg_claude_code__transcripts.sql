with transcripts as (
    select * from {{ source('claude_code', 'transcripts') }}
),

final as (
    select
        -- ids
        message.id as request_id,
        'claude_code' as source_system,
        'max' as merge_rule,
        message.id as provider_request_id,
        requestid as gateway_call_id,
        sessionid as session_id,
        -- when
        timestamp as started_at,
        -- who and what
        'anthropic' as provider,
        {{ batch_tag('account') }} as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        message.model as model,
        message.model as requested_model,
        {{ inference_region('message.usage.inference_geo') }} as region,
        case
            when message.usage.speed = 'fast' then 'fast'
            else {{ canonical_service_tier('message.usage.service_tier') }}
        end as service_tier,
        'agent_step' as activity,
        'success' as status,
        false as is_gateway_cache_hit,
        -- tokens: input excludes cache, and without a split by life writes count as short
        message.usage.input_tokens as input_uncached_tokens,
        message.usage.cache_read_input_tokens as input_cache_read_tokens,
        coalesce(
            message.usage.cache_creation_input_tokens
            - coalesce(message.usage.cache_creation.ephemeral_1h_input_tokens, 0),
            message.usage.cache_creation.ephemeral_5m_input_tokens
        ) as input_cache_write_short_tokens,
        message.usage.cache_creation.ephemeral_1h_input_tokens as input_cache_write_long_tokens,
        message.usage.output_tokens as output_tokens,
        message.usage.output_tokens_details.thinking_tokens as output_reasoning_tokens,
        -- stated owner
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        {{ batch_tag('customer_id') }} as customer_id,
        {{ batch_tag('feature') }} as feature,
        -- audit
        {{ audit_columns() }}
    from transcripts
)

select * from final
