with cortex_usage as (
    select * from {{ source('snowflake', 'cortex_usage') }}
),

counters as (
    select
        *,
        {{ metric_quantity('metrics', ['input', 'prompt'], 'tokens') }} as input_tokens,
        {{ metric_quantity('metrics', ['output', 'completion'], 'tokens') }} as generated_tokens,
        {{ metric_quantity('metrics', ['total', 'tokens'], 'tokens') }} as all_tokens,
        {{ metric_quantity('metrics', none, 'pages') }} as pages,
        {{ metric_quantity('metrics', none, 'seconds') }} as seconds
    from cortex_usage
),

final as (
    select
        -- ids
        {{ surrogate_key(['query_id', 'function_name', 'model_name', 'start_time']) }} as request_id,
        coalesce({{ batch_tag('source_system') }}, 'snowflake') as source_system,
        'latest' as merge_rule,
        query_id as logical_call_id,
        nullif(query_tag, '') as trace_id,
        -- when
        start_time as started_at,
        -- who and what
        'snowflake' as provider,
        coalesce({{ batch_tag('account') }}, 'snowflake') as billing_account_id,
        warehouse_id as sub_account_id,
        coalesce(nullif(model_name, ''), lower(function_name)) as model,
        coalesce(nullif(model_name, ''), lower(function_name)) as requested_model,
        'standard' as service_tier,
        case when lower(function_name) like '%embed%' then 'embedding' else 'inference' end as activity,
        'success' as status,
        false as is_gateway_cache_hit,
        user_id,
        -- tokens: a function that tells only a total reads and writes nothing that could be told apart
        cast(
            case when input_tokens + generated_tokens = 0 then all_tokens else input_tokens end as bigint
        ) as input_uncached_tokens,
        cast(generated_tokens as bigint) as output_tokens,
        {{ units_object({'snowflake_credits': 'credits', 'pages': 'pages', 'seconds': 'seconds'}) }} as other_units,
        -- stated owner
        {{ batch_tag('team') }} as team,
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('environment') }} as environment,
        function_name as feature,
        case
            when starts_with(query_tag, chr(123)) then query_tag
            else {{ flat_object({'query_tag': "nullif(query_tag, '')"}) }}
        end as tags,
        -- audit
        {{ audit_columns() }}
    from counters
)

select * from final
