-- Tokens that the provider saw, per group of attempts with common unit prices and per owner: all that the bill share
-- needs to know of requests, in one pass over them.
with requests as (
    select * from {{ ref('int_requests__priced') }}
    where is_billable and {{ touched_days_filter('usage_date', 'fct_ai_requests') }}
),

billed_days as (
    select * from {{ ref('int_bill__billed_days') }}
),

final as (
    select
        -- keys
        requests.bill_group_key,
        requests.usage_date,
        requests.provider,
        requests.billing_account_id,
        requests.sub_account_id,
        requests.provider_api_key_id as api_key_id,
        requests.model,
        requests.service_tier,
        requests.context_tier,
        requests.billing_mode,
        billed_days.usage_date is not null as is_billed_day,
        case
            when billed_days.usage_date is not null or requests.billing_mode <> 'metered' then 'none'
            else {{ estimate_basis('requests') }}
        end as estimate_basis,
        -- owner
        requests.owner_key,
        requests.activity,
        requests.attribution_method,
        requests.attribution_rule_id,
        requests.pool_id,
        -- quantities and costs
        count(*) as request_count,
        {% for meter in token_meters() %}
        cast(sum(requests.{{ meter }}) as bigint) as {{ meter }},
        {% endfor %}
        min(requests.source) as source,
        min(requests.stream) as stream,
        max(requests.loaded_at) as loaded_at,
        cast(sum(requests.source_cost_usd) as decimal(28,12)) as source_cost_usd,
        cast(sum(requests.list_cost_usd) as decimal(28,12)) as list_cost_usd,
        cast(sum(requests.contracted_cost_usd) as decimal(28,12)) as contracted_cost_usd,
        cast(sum(requests.units_list_cost_usd) as decimal(28,12)) as units_list_cost_usd,
        cast(sum(requests.units_contracted_cost_usd) as decimal(28,12)) as units_contracted_cost_usd
    from requests
    left join billed_days
        on
            requests.usage_date = billed_days.usage_date
            and requests.provider = billed_days.provider
            and requests.billing_account_id = billed_days.billing_account_id
    group by all
)

select * from final
