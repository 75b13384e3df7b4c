with credits as (
    select * from {{ source('finance', 'credits') }}
),

final as (
    select
        -- what is agreed
        'credit_grant' as contract_kind,
        {{ finance_contract_columns() }}
        -- audit
        {{ audit_columns() }}
    from credits
)

select * from final
