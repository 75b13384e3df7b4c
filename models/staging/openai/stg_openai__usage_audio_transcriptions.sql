with usage_audio_transcriptions as (
    select * from {{ source('openai', 'usage_audio_transcriptions') }}
),

final as (
    select
        {{ openai_usage_columns(requests='num_model_requests', units={'seconds': 'seconds'}) }}
        -- audit
        {{ audit_columns() }}
    from usage_audio_transcriptions
)

select * from final
