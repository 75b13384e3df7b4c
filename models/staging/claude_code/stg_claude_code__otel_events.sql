with otel_events as (
    select * from {{ source('claude_code', 'otel_events') }}
),

final as (
    select
        -- ids: without a request id (other clouds) the event's place in its session
        coalesce(
            attributes.request_id,
            attributes.session_id || ':' || cast(coalesce(attributes.event_sequence, timeunixnano) as varchar)
        ) as request_id,
        coalesce({{ batch_tag('source_system') }}, 'claude_code_otel') as source_system,
        'latest' as merge_rule,
        attributes.request_id as gateway_call_id,
        attributes.session_id as session_id,
        -- when
        {{ nanos_to_timestamp('timeunixnano') }} as started_at,
        -- who and what
        coalesce({{ batch_tag('provider') }}, 'anthropic') as provider,
        {{ batch_tag('account') }} as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        attributes.model as model,
        attributes.model as requested_model,
        case when attributes.speed = 'fast' then 'fast' else 'standard' end as service_tier,
        'agent_step' as activity,
        'success' as status,
        false as is_gateway_cache_hit,
        coalesce(attributes.user_email, attributes.account_uuid, attributes.user_id) as user_id,
        -- tokens: input excludes cache
        attributes.input_tokens as input_uncached_tokens,
        coalesce(attributes.cache_read_tokens, 0) as input_cache_read_tokens,
        coalesce(attributes.cache_creation_tokens, 0) as input_cache_write_short_tokens,
        attributes.output_tokens as output_tokens,
        -- quality and cost as the client sees them
        attributes.duration_ms as latency_ms,
        coalesce(
            attributes.cost_usd,
            cast(attributes.cost_usd_micros * cast(0.000001 as decimal(7,6)) as decimal(28,12))
        ) as cost_usd,
        -- stated owner; tags count where seed trusted_tags says so
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        coalesce({{ batch_tag('environment') }}, resource.attributes.environment_name) as environment,
        {{ batch_tag('feature') }} as feature,
        {{ merged_objects('resource.attributes.tags', 'attributes.tags') }} as tags,
        -- audit
        {{ audit_columns() }}
    from otel_events
)

select * from final
