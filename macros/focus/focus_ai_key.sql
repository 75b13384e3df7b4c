{#
  Name of an AI property inside SkuPriceDetails (ModelId, ModelFamily, ModelDeveloper,
  TokenDirection, TokenCacheAction). FOCUS 1.4 does not define these properties, so they need
  the prefix of custom keys; the draft of 1.5 does. When 1.5 is ratified, `focus_ai_keys_prefix:
  ''` (or a changed name here) is the whole rename.
  Example: focus_ai_key('ModelId') gives x_ModelId
#}
{% macro focus_ai_key(property) -%}
    {{ var('focus_ai_keys_prefix', 'x_') }}{{ property }}
{%- endmacro %}
