-- List and contracted price of each meter in each period, for every context threshold that the tier had.
with periods as (
    select * from {{ ref('int_prices__periods') }}
),

list_prices as (
    select * from {{ ref('model_prices') }}
),

contract_prices as (
    select * from {{ ref('contract_prices') }}
),

thresholds as (
    select distinct
        provider,
        model,
        service_tier,
        context_min_tokens
    from list_prices
),

-- A threshold that does not hold in a period has the price of the next lower one there: in the end, base.
listed as (
    select
        periods.provider,
        periods.billing_account_id,
        periods.model,
        list_prices.meter,
        periods.service_tier,
        thresholds.context_min_tokens,
        periods.valid_from,
        periods.valid_to,
        list_prices.usd_per_token as list_usd_per_token
    from periods
    inner join thresholds
        on
            periods.provider = thresholds.provider
            and periods.model = thresholds.model
            and periods.service_tier = thresholds.service_tier
    inner join list_prices
        on
            periods.provider = list_prices.provider
            and periods.model = list_prices.model
            and periods.service_tier = list_prices.service_tier
            and thresholds.context_min_tokens >= list_prices.context_min_tokens
            and periods.valid_from >= list_prices.valid_from
            and periods.valid_from < coalesce(list_prices.valid_to, cast('9999-12-31' as date))
    qualify
        row_number() over (
            partition by
                periods.provider,
                periods.billing_account_id,
                periods.model,
                list_prices.meter,
                periods.service_tier,
                thresholds.context_min_tokens,
                periods.valid_from
            order by list_prices.context_min_tokens desc
        ) = 1
),

-- The most specific contract term wins.
contracted as (
    select
        listed.*,
        contract_prices.contract_id,
        contract_prices.discount_ratio,
        contract_prices.usd_per_token as fixed_usd_per_token
    from listed
    left join contract_prices
        on
            listed.provider = contract_prices.provider
            and listed.billing_account_id
            = coalesce(contract_prices.billing_account_id, listed.billing_account_id)
            and listed.model = coalesce(contract_prices.model, listed.model)
            and listed.meter = coalesce(contract_prices.meter, listed.meter)
            and listed.service_tier = coalesce(contract_prices.service_tier, listed.service_tier)
            and listed.context_min_tokens
            = coalesce(contract_prices.context_min_tokens, listed.context_min_tokens)
            and listed.valid_from
            >= coalesce(contract_prices.valid_from, cast('0001-01-01' as date))
            and listed.valid_from
            < coalesce(contract_prices.valid_to, cast('9999-12-31' as date))
    qualify
        row_number() over (
            partition by
                listed.provider,
                listed.billing_account_id,
                listed.model,
                listed.meter,
                listed.service_tier,
                listed.context_min_tokens,
                listed.valid_from
            order by
                {% for column in [
                    'billing_account_id', 'model', 'meter', 'service_tier', 'context_min_tokens'
                ] %}
                case when contract_prices.{{ column }} is null then 1 else 0 end,
                {% endfor %}
                contract_prices.contract_id
        ) = 1
),

final as (
    select
        provider,
        billing_account_id,
        model,
        meter,
        service_tier,
        context_min_tokens,
        valid_from,
        valid_to,
        contract_id,
        list_usd_per_token,
        cast(
            case
                when contract_id is null then list_usd_per_token
                when fixed_usd_per_token is not null then fixed_usd_per_token
                else list_usd_per_token * cast(1 - discount_ratio as decimal(10,9))
            end as decimal(18,12)
        ) as contracted_usd_per_token
    from contracted
)

select * from final
