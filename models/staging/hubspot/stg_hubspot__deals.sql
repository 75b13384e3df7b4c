with deals as (
    select * from {{ source('hubspot', 'deals') }}
),

final as (
    select
        -- ids
        id as outcome_id,
        properties.pipeline as outcome_group,
        -- whose
        {{ batch_tag('use_case') }} as use_case,
        {{ batch_tag('team') }} as team,
        {{ batch_tag('product') }} as product,
        {{ batch_tag('customer_id') }} as customer_id,
        -- when: the closing time of an open deal is a hope
        case
            when properties.hs_is_closed_won or properties.hs_is_closed
                then coalesce(properties.closedate, properties.hs_lastmodifieddate, updatedat)
            else coalesce(properties.hs_lastmodifieddate, updatedat)
        end as occurred_at,
        coalesce(properties.createdate, createdat) as started_at,
        -- state
        case
            when archived then 'failed'
            when properties.hs_is_closed_won then 'succeeded'
            when properties.hs_is_closed then 'failed'
            else 'open'
        end as status,
        -- value: what is not won is worth nothing yet
        case when properties.hs_is_closed_won and not coalesce(archived, false) then properties.amount end as value,
        upper(coalesce(properties.deal_currency_code, {{ batch_tag('currency') }})) as value_currency,
        -- links
        {{ json_value('_extra', batch_tag('request_id_field')) }} as request_id,
        {{ json_value('_extra', batch_tag('session_id_field')) }} as session_id,
        {{ json_value('_extra', batch_tag('trace_id_field')) }} as trace_id,
        -- free columns
        {{ flat_object({'stage': 'properties.dealstage', 'type': 'properties.dealtype'}) }} as tags,
        -- audit
        {{ audit_columns() }}
    from deals
)

select * from final
