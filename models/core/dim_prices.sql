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
        bool_or(contract_id is not null) as is_contracted,
        {% for kind in ['list', 'contracted'] %}
        {% set kind_loop = loop %}
        {% for meter in token_meters() %}
        max(case when meter = '{{ meter }}' then {{ kind }}_usd_per_token end)
            as {{ meter | replace('_tokens', '') }}_{{ kind }}_usd{{ ',' if not (kind_loop.last and loop.last) }}
        {% endfor %}
        {% endfor %}
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
        {{ surrogate_key([
            'provider', 'billing_account_id', 'model', 'service_tier', 'context_min_tokens', 'valid_from'
        ]) }} as price_key,
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
        is_contracted,
        -- USD per token
        {% for kind in ['list', 'contracted'] %}
        {% set kind_loop = loop %}
        {% for meter in token_meters() %}
        cast({{ meter | replace('_tokens', '') }}_{{ kind }}_usd as decimal(18,12))
            as {{ meter | replace('_tokens', '') }}_{{ kind }}_usd{{ ',' if not (kind_loop.last and loop.last) }}
        {% endfor %}
        {% endfor %}
    from side_by_side
)

select * from final
