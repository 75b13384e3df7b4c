with requests as (
    select * from {{ source('portkey', 'requests') }}
),

final as (
    select
        -- ids
        id as request_id,
        coalesce({{ batch_tag('source_system') }}, 'portkey') as source_system,
        'latest' as merge_rule,
        id as gateway_call_id,
        nullif(trace_id, '') as trace_id,
        nullif(span_id, '') as span_id,
        -- when
        created_at as started_at,
        -- who and what
        coalesce(lower(nullif(ai_org, '')), {{ provider_of_model('ai_model') }}, '__unknown__') as provider,
        {{ batch_tag('account') }} as billing_account_id,
        {{ batch_tag('sub_account') }} as sub_account_id,
        nullif(virtual_key, '') as api_key_id,
        nullif(ai_model, '') as model,
        nullif(ai_model, '') as requested_model,
        'standard' as service_tier,
        case when request_url like '%/embeddings%' then 'embedding' else 'inference' end as activity,
        case when lower(is_success) in ('0', 'false') or response_status_code >= 400 then 'failure' else 'success' end
            as status,
        coalesce(upper(cache_status) in ('HIT', 'SEMANTIC HIT'), false) as is_gateway_cache_hit,
        caller.user as user_id,
        -- tokens: cache is not split
        coalesce(req_units, 0) as input_uncached_tokens,
        coalesce(res_units, 0) as output_tokens,
        -- quality and cost as the gateway sees them: cents, unless the batch says otherwise
        response_time as latency_ms,
        case
            when {{ batch_tag('cost_unit') }} = 'usd' then cost
            else cast(cost * cast(0.01 as decimal(3,2)) as decimal(28,12))
        end as cost_usd,
        -- stated owner; tags of the caller count where seed trusted_tags says so
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        {{ batch_tag('feature') }} as feature,
        nullif(prompt_slug, '') as component_id,
        nullif(metadata, '{}') as tags,
        -- audit
        {{ audit_columns() }}
    from requests
)

select * from final
