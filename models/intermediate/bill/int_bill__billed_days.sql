-- Account-days whose usage a bill covers, be it with an empty bucket: nothing is estimated for them.
with charges as (
    select * from {{ ref('int_charges__recorded') }}
),

final as (
    select distinct
        usage_date,
        provider,
        billing_account_id
    from charges
    where charge_category = 'usage' and is_day_over
)

select * from final
