with bedrock_invocations as (
    select * from {{ source('aws', 'bedrock_invocations') }}
),

counted as (
    select
        *,
        coalesce(input.cache_write_input_token_count, 0) as cache_write_tokens,
        -- the log does not split cache writes by their life, the body may
        coalesce(
            {{ first_count('output.body.usage', ['cache_creation.ephemeral_1h_input_tokens']) }},
            {{ converse_long_cache_tokens('output.body.usage') }},
            0
        ) as cache_write_long_tokens
    from bedrock_invocations
),

final as (
    select
        -- ids
        request_id,
        coalesce({{ batch_tag('source_system') }}, 'bedrock') as source_system,
        'latest' as merge_rule,
        request_id as provider_request_id,
        {{ json_value('request_metadata', "'session_id'") }} as session_id,
        -- when
        timestamp as started_at,
        -- who and what
        'aws' as provider,
        account_id as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        identity.arn as api_key_id,
        model_id as model,
        model_id as requested_model,
        region,
        'standard' as service_tier,
        'inference' as activity,
        case when error_code is null then 'success' else 'failure' end as status,
        false as is_gateway_cache_hit,
        -- tokens: input leaves out the cache
        coalesce(input.input_token_count, 0) as input_uncached_tokens,
        coalesce(input.cache_read_input_token_count, 0) as input_cache_read_tokens,
        cache_write_tokens - least(cache_write_long_tokens, cache_write_tokens) as input_cache_write_short_tokens,
        least(cache_write_long_tokens, cache_write_tokens) as input_cache_write_long_tokens,
        coalesce(output.output_token_count, 0) as output_tokens,
        -- stated owner
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        request_metadata as tags,
        -- audit
        {{ audit_columns() }}
    from counted
)

select * from final
