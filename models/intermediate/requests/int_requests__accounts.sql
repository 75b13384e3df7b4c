-- Provider account behind each gateway key or deployment, by seed provider_accounts: the most specific valid row.
with attempts as (
    select * from {{ ref('int_requests__attempts') }}
),

provider_accounts as (
    select * from {{ ref('provider_accounts') }}
),

callers as (
    select distinct
        {{ account_lookup_key() }} as account_lookup_key,
        source,
        source_system,
        provider,
        api_key_id,
        requested_model,
        billing_account_id,
        sub_account_id,
        usage_date
    from attempts
),

candidates as (
    select
        callers.account_lookup_key,
        callers.billing_account_id as stated_account_id,
        callers.sub_account_id as stated_sub_account_id,
        callers.provider,
        callers.api_key_id,
        provider_accounts.billing_account_id,
        provider_accounts.sub_account_id,
        provider_accounts.provider_api_key_id,
        row_number() over (
            partition by callers.account_lookup_key
            order by
                case when provider_accounts.api_key_id is null then 1 else 0 end,
                case when provider_accounts.deployment is null then 1 else 0 end,
                case when provider_accounts.provider is null then 1 else 0 end,
                case when provider_accounts.source_system is null then 1 else 0 end,
                provider_accounts.billing_account_id,
                provider_accounts.sub_account_id
        ) as match_rank
    from callers
    left join provider_accounts
        on
            coalesce(provider_accounts.source, callers.source) = callers.source
            and (
                provider_accounts.source_system is null
                or provider_accounts.source_system = callers.source_system
            )
            and (provider_accounts.provider is null or provider_accounts.provider = callers.provider)
            and (provider_accounts.api_key_id is null or provider_accounts.api_key_id = callers.api_key_id)
            and (
                provider_accounts.deployment is null
                or provider_accounts.deployment = callers.requested_model
            )
            and callers.usage_date >= coalesce(provider_accounts.valid_from, cast('1970-01-01' as date))
            and callers.usage_date < coalesce(provider_accounts.valid_to, cast('9999-12-31' as date))
),

final as (
    select
        account_lookup_key,
        coalesce(stated_account_id, billing_account_id, provider) as billing_account_id,
        coalesce(stated_sub_account_id, sub_account_id) as sub_account_id,
        coalesce(provider_api_key_id, api_key_id) as provider_api_key_id
    from candidates
    where match_rank = 1
)

select * from final
