{#
  Amount in USD. A currency without a rate gives null, never a rate of 1.0. Arguments: amount, currency (expressions).
#}
{% macro to_usd(amount, currency) -%}
    case when {{ currency }} = 'USD' then {{ amount }} end
{%- endmacro %}
