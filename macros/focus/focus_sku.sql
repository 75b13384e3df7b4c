{#
  Id that stands for the provider's SKU, which AI bills do not give. `*` marks a part that the
  charge does not split.
  Example: openai/gpt-5.4/input_uncached_tokens
#}
{% macro focus_sku_id() -%}
    concat_ws('/', provider, coalesce(model, '*'), coalesce(meter, '*'))
{%- endmacro %}

{#
  Id that stands for the provider's SKU price. It holds everything that a price may depend on,
  so that each price id has one SKU, one unit and one set of SkuPriceDetails. Argument: unit
  (expression of the unit that is counted).
  Example: openai/gpt-5.4/input_uncached_tokens/batch/base/*/USD/tokens
#}
{% macro focus_sku_price_id(unit) -%}
    concat_ws(
        '/',
        {{ focus_sku_id() }},
        coalesce(service_tier, '*'),
        coalesce(context_tier, '*'),
        coalesce(region, '*'),
        billing_currency,
        lower({{ unit }})
    )
{%- endmacro %}

{#
  SkuPriceDetails of a charge: what is the same for every row of its SKU price. The first five
  become properties of FOCUS 1.5 (see focus_ai_key); the others stay custom. Reads the columns
  that focus_cost_and_usage describes.
#}
{% macro focus_sku_price_details() -%}
    {{ focus_key_values([
        [focus_ai_key('ModelDeveloper'), 'model_developer'],
        [focus_ai_key('ModelFamily'), 'model_family'],
        [focus_ai_key('ModelId'), 'model'],
        [focus_ai_key('TokenDirection'), 'token_direction'],
        [focus_ai_key('TokenCacheAction'), 'token_cache_action'],
        ['x_TokenModality', 'token_modality'],
        ['x_CacheRetention', 'cache_retention'],
        ['x_ServiceTier', 'service_tier'],
        ['x_ContextTier', 'context_tier'],
    ]) }}
{%- endmacro %}
