-- One row per group of attempts and meter with tokens, with the contracted price of one token.
with group_owners as (
    select * from {{ ref('int_bill__group_owners') }}
),

groups as (
    select
        bill_group_key,
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        service_tier,
        context_tier,
        is_billed_day,
    {% for meter in token_meters() %}
    sum({{ meter }}) as {{ meter }}{{ ',' if not loop.last }}
    {% endfor %}
    from group_owners
    group by all
),

final as (
    {% for meter in token_meters() %}
    select
        groups.bill_group_key,
        groups.bill_group_key || '|{{ meter }}' as row_key,
        groups.usage_date,
        groups.provider,
        groups.billing_account_id,
        groups.sub_account_id,
        groups.api_key_id,
        groups.model,
        groups.service_tier,
        groups.context_tier,
        groups.is_billed_day,
        '{{ meter }}' as meter,
        cast(groups.{{ meter }} as bigint) as tokens,
        {{ meter_price(meter, 'contracted') }} as contracted_unit_price_usd,
        {{ meter_price(meter, 'list') }} as list_unit_price_usd
    from groups
    {{ join_prices('groups') }}
    where groups.{{ meter }} > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
