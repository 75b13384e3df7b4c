with copilot_usage as (
    select * from {{ source('github', 'copilot_usage') }}
),

final as (
    select
        -- keys
        _scope_key as scope_key,
        -- when: each day of a report counts by itself, since windows of 28 days overlap
        cast(copilot_usage.day as timestamp) as bucket_start_at,
        cast({{ dbt.dateadd('day', 1, 'copilot_usage.day') }} as timestamp) as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        true as is_multi_part,
        -- who and what
        'github_copilot' as provider,
        coalesce({{ batch_tag('account') }}, 'github_copilot') as billing_account_id,
        organization_id as sub_account_id,
        user_login as user_id,
        -- quantities: tokens of the command line are no meter, since neither model nor cache is told
        {{ units_object({
            'ai_credits': 'ai_credits_used',
            'interactions': 'user_initiated_interaction_count',
            'code_generations': 'code_generation_activity_count',
            'code_acceptances': 'code_acceptance_activity_count',
            'lines_suggested': 'loc_suggested_to_add_sum',
            'lines_added': 'loc_added_sum',
            'cli_prompt_tokens': 'totals_by_cli.token_usage.prompt_tokens_sum',
            'cli_output_tokens': 'totals_by_cli.token_usage.output_tokens_sum',
        }) }} as other_units,
        -- audit
        {{ audit_columns() }}
    from copilot_usage
)

select * from final
