with seat_contracts as (
    select * from {{ source('finance', 'seat_contracts') }}
),

final as (
    select
        -- what is agreed
        case when quantity is null then 'subscription' else 'seats' end as contract_kind,
        {{ finance_contract_columns() }}
        -- audit
        {{ audit_columns() }}
    from seat_contracts
)

select * from final
