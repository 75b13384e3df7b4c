with usage_completions as (
    select * from {{ source('openai', 'usage_completions') }}
),

parts as (
    select
        *,
        coalesce(input_cached_tokens, 0) as cached_tokens,
        coalesce(input_cached_audio_tokens, 0) as cached_audio_tokens,
        coalesce(input_audio_tokens, 0) as audio_tokens,
        coalesce(
            input_cache_write_tokens,
            coalesce(input_cache_write_30m_tokens, 0) + coalesce(input_cache_write_12h_tokens, 0)
        ) as cache_write_tokens,
        coalesce(input_cache_write_12h_tokens, 0) as cache_write_long_tokens,
        coalesce(output_audio_tokens, 0) as audio_output_tokens,
        coalesce(output_image_tokens, 0) as image_output_tokens
    from usage_completions
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when
        {{ epoch_to_timestamp('start_time') }} as bucket_start_at,
        {{ epoch_to_timestamp('end_time') }} as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        -- who and what
        'openai' as provider,
        coalesce({{ batch_tag('account') }}, 'openai') as billing_account_id,
        project_id as sub_account_id,
        api_key_id,
        user_id,
        model,
        case when batch then 'batch' else {{ canonical_service_tier('service_tier') }} end as service_tier,
        -- quantities: input includes cached and cache-written tokens, so the uncached rest is derived
        num_model_requests as request_count,
        coalesce(input_uncached_tokens, input_tokens - cached_tokens - cache_write_tokens)
        - audio_tokens as input_uncached_tokens,
        cached_tokens - cached_audio_tokens as input_cache_read_tokens,
        cache_write_tokens - cache_write_long_tokens as input_cache_write_short_tokens,
        cache_write_long_tokens as input_cache_write_long_tokens,
        output_tokens - audio_output_tokens - image_output_tokens as output_tokens,
        audio_tokens as input_audio_tokens,
        cached_audio_tokens as input_audio_cache_read_tokens,
        audio_output_tokens as output_audio_tokens,
        image_output_tokens as output_image_tokens,
        -- audit
        {{ audit_columns() }}
    from parts
)

select * from final
