with serving_usage as (
    select * from {{ source('databricks', 'serving_usage') }}
),

final as (
    select
        -- ids
        databricks_request_id as request_id,
        coalesce({{ batch_tag('source_system') }}, 'databricks') as source_system,
        'latest' as merge_rule,
        nullif(client_request_id, '') as trace_id,
        -- when
        request_time as started_at,
        -- who and what
        'databricks' as provider,
        coalesce({{ batch_tag('account') }}, account_id, 'databricks') as billing_account_id,
        workspace_id as sub_account_id,
        endpoint_name as api_key_id,
        coalesce(nullif(entity_name, ''), nullif(served_entity_name, ''), served_entity_id) as model,
        coalesce(nullif(endpoint_name, ''), served_entity_id) as requested_model,
        'standard' as service_tier,
        'inference' as activity,
        case
            when status_code between 200 and 299 then 'success'
            when status_code = 499 then 'cancelled'
            else 'failure'
        end as status,
        false as is_gateway_cache_hit,
        requester as user_id,
        -- tokens: reads from a cache are not told apart
        coalesce(input_token_count, 0) as input_uncached_tokens,
        coalesce(output_token_count, 0) as output_tokens,
        -- stated owner; the caller's pairs count where seed trusted_tags says so
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        nullif(usage_context, '{}') as tags,
        -- audit
        {{ audit_columns() }}
    from serving_usage
)

select * from final
