-- Stretches of time in which no list price and no contract term of a model changes, per account.
with list_prices as (
    select * from {{ ref('model_prices') }}
),

contract_prices as (
    select * from {{ ref('contract_prices') }}
),

accounts as (
    select
        provider,
        '__any__' as billing_account_id
    from list_prices
    union
    select
        provider,
        billing_account_id
    from contract_prices
    where billing_account_id is not null
),

tiers as (
    select distinct
        accounts.provider,
        accounts.billing_account_id,
        list_prices.model,
        list_prices.service_tier
    from list_prices
    inner join accounts on list_prices.provider = accounts.provider
),

list_days as (
    select
        provider,
        model,
        service_tier,
        valid_from as start_date
    from list_prices
    union
    select
        provider,
        model,
        service_tier,
        valid_to as start_date
    from list_prices
),

contract_days as (
    select
        provider,
        billing_account_id,
        model,
        service_tier,
        valid_from as start_date
    from contract_prices
    union
    select
        provider,
        billing_account_id,
        model,
        service_tier,
        valid_to as start_date
    from contract_prices
),

start_days as (
    select
        tiers.provider,
        tiers.billing_account_id,
        tiers.model,
        tiers.service_tier,
        list_days.start_date
    from tiers
    inner join list_days
        on
            tiers.provider = list_days.provider
            and tiers.model = list_days.model
            and tiers.service_tier = list_days.service_tier
    where list_days.start_date is not null
    union
    select
        tiers.provider,
        tiers.billing_account_id,
        tiers.model,
        tiers.service_tier,
        contract_days.start_date
    from tiers
    inner join contract_days
        on
            tiers.provider = contract_days.provider
            and tiers.billing_account_id
            = coalesce(contract_days.billing_account_id, tiers.billing_account_id)
            and tiers.model = coalesce(contract_days.model, tiers.model)
            and tiers.service_tier = coalesce(contract_days.service_tier, tiers.service_tier)
    where contract_days.start_date is not null
),

periods as (
    select
        *,
        lead(start_date) over (
            partition by provider, billing_account_id, model, service_tier
            order by start_date
        ) as next_start_date
    from start_days
),

final as (
    select
        provider,
        billing_account_id,
        model,
        service_tier,
        start_date as valid_from,
        coalesce(next_start_date, cast('9999-12-31' as date)) as valid_to
    from periods
)

select * from final
