-- Units besides tokens (searches, images, seconds ...) of requests for which no list price is known: they are in no cost.
with request_units as (
    select * from {{ ref('fct_ai_request_units') }}
),

prices as (
    select * from {{ ref('dim_prices') }}
    where billing_account_id = '__any__' and service_tier = 'standard' and context_tier = 'base'
),

priced as (
    select
        request_units.*,
        {% for unit in priced_units() %}
        case when request_units.unit = '{{ unit }}' then prices.{{ unit }}_list_usd end as {{ unit }}_price_usd,
        {% endfor %}
        prices.price_key
    from request_units
    left join prices
        on
            request_units.provider = prices.provider
            and request_units.model = prices.model
            and request_units.usage_date >= prices.valid_from
            and request_units.usage_date < prices.valid_to
),

final as (
    select
        {{ surrogate_key(['usage_date', 'provider', 'billing_account_id', 'model', 'unit']) }} as unpriced_unit_key,
        usage_date,
        provider,
        billing_account_id,
        model,
        unit,
        count(*) as request_count,
        cast(sum(quantity) as decimal(28,12)) as quantity
    from priced
    where
        true
        {% for unit in priced_units() %}
        and {{ unit }}_price_usd is null
        {% endfor %}
    group by
        usage_date,
        provider,
        billing_account_id,
        model,
        unit
)

select * from final
