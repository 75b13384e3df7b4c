{#
  Joins dim_prices twice: the account's own contract first, the general price else. Only one row of each can match,
  since validity never overlaps. Arguments: alias of the table with provider, billing_account_id, model, service_tier,
  context_tier and usage_date. Gives the aliases account_prices and general_prices.
#}
{% macro join_prices(alias) -%}
    left join {{ ref('dim_prices') }} as account_prices
        on
            {{ alias }}.provider = account_prices.provider
            and {{ alias }}.billing_account_id = account_prices.billing_account_id
            and {{ alias }}.model = account_prices.model
            and coalesce({{ alias }}.service_tier, 'standard') = account_prices.service_tier
            and coalesce({{ alias }}.context_tier, 'base') = account_prices.context_tier
            and {{ alias }}.usage_date >= account_prices.valid_from
            and {{ alias }}.usage_date < account_prices.valid_to
    left join {{ ref('dim_prices') }} as general_prices
        on
            {{ alias }}.provider = general_prices.provider
            and general_prices.billing_account_id = '__any__'
            and {{ alias }}.model = general_prices.model
            and coalesce({{ alias }}.service_tier, 'standard') = general_prices.service_tier
            and coalesce({{ alias }}.context_tier, 'base') = general_prices.context_tier
            and {{ alias }}.usage_date >= general_prices.valid_from
            and {{ alias }}.usage_date < general_prices.valid_to
{%- endmacro %}

{#
  Price of one token of a meter after join_prices; null where there is none. Arguments: meter, kind (list, contracted).
#}
{% macro meter_price(meter, kind) -%}
    {%- set column = meter | replace('_tokens', '') ~ '_' ~ kind ~ '_usd' -%}
    coalesce(account_prices.{{ column }}, general_prices.{{ column }})
{%- endmacro %}

{#
  Cost of the units besides tokens that have a price, after join_prices, USD; 0 without any. Units without a price are
  listed in ops.unpriced_units. Arguments: alias (with other_units), kind.
#}
{% macro priced_units_cost(alias, kind) -%}
    cast(
        {%- for unit in priced_units() %}
        coalesce(
            cast({{ json_value(alias ~ '.other_units', "'" ~ unit ~ "'") }} as decimal(18,0))
            * {{ meter_price(unit, kind) }}, 0
        ){{ ' +' if not loop.last }}
        {%- endfor %}
        as decimal(28,12)
    )
{%- endmacro %}

{#
  Cost of all meters and priced units after join_prices, USD: null as soon as a meter with tokens has no price.
  Arguments: alias, kind.
#}
{% macro priced_cost(alias, kind) -%}
    cast(
        {%- for meter in token_meters() %}
        case
            when {{ alias }}.{{ meter }} = 0 then 0
            else cast({{ alias }}.{{ meter }} as decimal(18,0)) * {{ meter_price(meter, kind) }}
        end +
        {%- endfor %}
        {{ priced_units_cost(alias, kind) }}
        as decimal(28,12)
    )
{%- endmacro %}

{#
  Joins the context thresholds of a model: a request whose whole prompt exceeds one is priced in that tier, output too.
  Arguments: alias. Gives the alias context_tiers with context_tier.
#}
{% macro context_tier_of(alias, prompt_tokens) -%}
    coalesce(
        case
            when {{ prompt_tokens }} > context_tiers.second_min_tokens
                then 'above_' || cast(context_tiers.second_min_tokens as varchar)
            when {{ prompt_tokens }} > context_tiers.first_min_tokens
                then 'above_' || cast(context_tiers.first_min_tokens as varchar)
        end,
        'base'
    )
{%- endmacro %}

{# Price of one unit of a charge's meter after join_prices; null for meters that are not tokens. Arguments: alias, kind. #}
{% macro charge_price(alias, kind) -%}
    case {{ alias }}.meter
        {%- for meter in token_meters() %}
        when '{{ meter }}' then {{ meter_price(meter, kind) }}
        {%- endfor %}
    end
{%- endmacro %}
