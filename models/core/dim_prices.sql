{% set price_columns = [] %}
{% for kind in ['list', 'contracted'] %}
{% for meter in token_meters() + priced_units() %}
{% do price_columns.append({
    'name': meter | replace('_tokens', '') ~ '_' ~ kind ~ '_usd',
    'meter': meter,
    'price': kind ~ '_usd_per_token',
}) %}
{% endfor %}
{% endfor %}

with versions as (
    select * from {{ ref('int_prices__versions') }}
),

side_by_side as (
    select
        provider,
        billing_account_id,
        model,
        service_tier,
        context_min_tokens,
        valid_from,
        valid_to,
        {% for column in price_columns %}
        max(case when meter = '{{ column.meter }}' then {{ column.price }} end)
            as {{ column.name }},
        {% endfor %}
        bool_or(contract_id is not null) as is_contracted
    from versions
    group by
        provider,
        billing_account_id,
        model,
        service_tier,
        context_min_tokens,
        valid_from,
        valid_to
),

final as (
    select
        -- key
        {{
            surrogate_key([
                'provider',
                'billing_account_id',
                'model',
                'service_tier',
                'context_min_tokens',
                'valid_from',
            ])
        }} as price_key,
        provider,
        billing_account_id,
        model,
        service_tier,
        case
            when context_min_tokens = 0 then 'base'
            else 'above_' || cast(context_min_tokens as varchar)
        end as context_tier,
        context_min_tokens,
        -- validity
        valid_from,
        valid_to,
        -- USD per token
        {% for column in price_columns %}
        cast({{ column.name }} as decimal(18,12)) as {{ column.name }},
        {% endfor %}
        is_contracted
    from side_by_side
)

select * from final
