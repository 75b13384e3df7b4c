{#
  A published price of one token or unit, USD, as the price of one PricingUnit; null unless it
  is in the billing currency and price x quantity is the cost within the tolerance of the FOCUS
  validators (1e-9, relative above 1). The check runs in doubles: it compares, it makes no
  money.
  Arguments: price (USD for one unit), cost (billing currency), quantity (PricingQuantity),
  block (units per PricingUnit).
  Example: focus_published_price('list_unit_price_usd', 'focus_list_cost', 'pricing_quantity',
  'pricing_block')
#}
{% macro focus_published_price(price, cost, quantity, block) -%}
    case
        when
            billing_currency = 'USD'
            and {{ price }} >= 0
            and abs(
                cast({{ price }} as double) * {{ block }} * cast({{ quantity }} as double)
                - cast({{ cost }} as double)
            ) <= 1e-9 * greatest(abs(cast({{ cost }} as double)), 1)
            then cast(cast({{ price }} as decimal(28, 12)) * {{ block }} as decimal(38, 16))
    end
{%- endmacro %}

{#
  Unit price that gives the cost back: cost / quantity, 0 where both are 0. Divided in doubles
  on purpose: both engines then give the same 15 digits, where Spark's decimal division would
  keep 6.
  Arguments: cost, quantity. Example: focus_derived_price('focus_list_cost', 'pricing_quantity')
#}
{% macro focus_derived_price(cost, quantity) -%}
    coalesce(
        {{ safe_ratio('cast(' ~ cost ~ ' as double)', 'cast(' ~ quantity ~ ' as double)', 'decimal(38, 16)') }},
        0
    )
{%- endmacro %}
