with opportunities as (
    select * from {{ source('salesforce', 'opportunities') }}
),

final as (
    select
        -- ids
        id as outcome_id,
        record_type_id as outcome_group,
        -- whose
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('team') }} as team,
        {{ batch_tag('product') }} as product,
        account_id as customer_id,
        -- when
        coalesce(case when is_closed then last_stage_change_date end, system_modstamp) as occurred_at,
        created_date as started_at,
        -- state
        case
            when is_deleted then 'failed'
            when is_won then 'succeeded'
            when is_closed then 'failed'
            else 'open'
        end as status,
        -- value: what is not won is worth nothing yet
        case when is_won and not coalesce(is_deleted, false) then amount end as value,
        upper(coalesce(currency_iso_code, {{ batch_tag('currency') }})) as value_currency,
        -- links
        {{ json_value('_extra', batch_tag('request_id_field')) }} as request_id,
        {{ json_value('_extra', batch_tag('session_id_field')) }} as session_id,
        {{ json_value('_extra', batch_tag('trace_id_field')) }} as trace_id,
        -- free columns
        {{ flat_object({'stage': 'stage_name', 'type': 'type', 'lead_source': 'lead_source'}) }} as tags,
        -- audit
        {{ audit_columns() }}
    from opportunities
)

select * from final
