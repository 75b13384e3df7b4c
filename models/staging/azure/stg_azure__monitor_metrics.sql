with monitor_metrics as (
    select * from {{ source('azure', 'monitor_metrics') }}
),

named as (
    select
        *,
        lower(metric.value) as metric_name,
        coalesce(total, 0) as quantity,
        {{ metric_dimension('dimensions', 'modeldeploymentname') }} as deployment,
        {{ metric_dimension('dimensions', 'modelname') }} as model_name,
        {{ metric_dimension('dimensions', 'region') }} as region_name,
        {{ metric_dimension('dimensions', 'servicetierresponse') }} as tier_name
    from monitor_metrics
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        time_stamp as bucket_start_at,
        case upper(coalesce("interval", 'PT1M'))
            when 'P1D' then time_stamp + interval 1 day
            when 'PT1H' then time_stamp + interval 1 hour
            when 'PT5M' then time_stamp + interval 5 minute
            else time_stamp + interval 1 minute
        end as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        -- who and what
        'azure' as provider,
        coalesce({{ batch_tag('account') }}, 'azure') as billing_account_id,
        {{ batch_tag('filters') }} as sub_account_id,
        deployment as api_key_id,
        coalesce(model_name, deployment) as model,
        region_name as region,
        lower(tier_name) as service_tier,
        -- quantities: each metric is a row of its own, so that a point counts once
        cast(case when metric_name in ('azureopenairequests', 'modelrequests') then quantity else 0 end as bigint)
            as request_count,
        cast(case when metric_name in ('processedprompttokens', 'inputtokens') then quantity else 0 end as bigint)
            as input_uncached_tokens,
        cast(case when metric_name in ('generatedtokens', 'outputtokens') then quantity else 0 end as bigint)
            as output_tokens,
        cast(case when metric_name = 'audioprompttokens' then quantity else 0 end as bigint) as input_audio_tokens,
        cast(case when metric_name = 'audiocompletiontokens' then quantity else 0 end as bigint)
            as output_audio_tokens,
        -- audit
        {{ audit_columns() }}
    from named
)

select * from final
