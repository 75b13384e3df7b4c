with commitments as (
    select * from {{ source('finance', 'commitments') }}
),

final as (
    select
        -- what is agreed
        case when lower(commitment_kind) = 'provisioned' then 'provisioned' else 'commitment' end as contract_kind,
        {{ finance_contract_columns() }}
        -- audit
        {{ audit_columns() }}
    from commitments
)

select * from final
