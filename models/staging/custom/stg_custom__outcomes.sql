with outcomes as (
    select * from {{ source('custom', 'outcomes') }}
),

final as (
    select
        -- ids
        outcome_id,
        outcome_type,
        -- whose
        coalesce(use_case, {{ batch_tag('use_case') }}) as use_case,
        coalesce(team, {{ batch_tag('team') }}) as team,
        coalesce(product, {{ batch_tag('product') }}) as product,
        coalesce(customer_id, {{ batch_tag('customer_id') }}) as customer_id,
        -- when
        occurred_at,
        started_at,
        reverted_at,
        -- state
        status,
        handled_by,
        -- value and quality
        value_usd as value,
        upper(coalesce(currency, 'USD')) as value_currency,
        value_class,
        value_status,
        hours_saved,
        human_minutes,
        quality_score,
        csat_score,
        -- links
        request_id,
        session_id,
        trace_id,
        tags,
        -- audit
        {{ audit_columns() }}
    from outcomes
)

select * from final
