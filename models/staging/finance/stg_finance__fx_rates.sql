with fx_rates as (
    select * from {{ source('finance', 'fx_rates') }}
),

final as (
    select
        rate_date,
        upper(from_currency) as from_currency,
        upper(to_currency) as to_currency,
        rate,
        rate_source,
        -- audit
        {{ audit_columns() }}
    from fx_rates
)

select * from final
