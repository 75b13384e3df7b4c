with usage_audio_speeches as (
    select * from {{ source('openai', 'usage_audio_speeches') }}
),

final as (
    select
        {{ openai_usage_columns(requests='num_model_requests', units={'characters': 'characters'}) }}
        -- audit
        {{ audit_columns() }}
    from usage_audio_speeches
)

select * from final
