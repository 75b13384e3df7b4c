with providers as (select * from {{ ref('providers') }}),

final as (
    select
        -- key
        provider,

        -- names
        provider_name,
        invoice_issuer_name,
        service_provider_name,
        host_provider_name,
        service_name,

        -- what the provider calls the levels of an account
        case
            when provider in ('openai', 'anthropic') then 'Organization'
            when provider in ('azure', 'google') then 'Billing Account'
            else 'Account'
        end as billing_account_type,
        case
            when provider = 'anthropic' then 'Workspace'
            when provider in ('openai', 'google') then 'Project'
            when provider = 'azure' then 'Subscription'
            when provider = 'aws' then 'Linked Account'
            else 'Sub Account'
        end as sub_account_type
    from providers
)

select * from final
