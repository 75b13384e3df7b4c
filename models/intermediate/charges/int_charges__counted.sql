-- Charges of record that count. Those of a day that was not over when the bill was pulled are kept as well, open, as long
-- as nothing is estimated for it: they are all that is known of that day, and to leave them out would read as a drop.
{{ config(materialized='view') }}

with charges as (
    select * from {{ ref('int_charges__recorded') }}
    where is_system_of_record and not is_empty_bucket
),

estimated_days as (
    select distinct
        usage_date,
        provider,
        billing_account_id
    from {{ ref('int_bill__group_owners') }}
    where estimate_basis <> 'none'
),

final as (
    select charges.*
    from charges
    left join estimated_days
        on
            charges.usage_date = estimated_days.usage_date
            and charges.provider = estimated_days.provider
            and charges.billing_account_id = estimated_days.billing_account_id
    where charges.is_day_over or estimated_days.usage_date is null
)

select * from final
