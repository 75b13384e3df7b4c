{#
  What a line of a FOCUS export breaks of its own standard: names of seed focus_rules, separated by commas; null where
  nothing. The line counts all the same. Rules after FOCUS 1.0 to 1.4; corrections are exempt where the standard says so.
#}
{% macro focus_findings() -%}
    {%- set is_usage = "lower(charge_category) = 'usage' and charge_class is null" -%}
    {%- set rules = {
        'billing_account_missing': "billing_account_id is null",
        'billing_currency_missing': "billing_currency is null",
        'billing_period_missing': "billing_period_start is null",
        'commitment_status_missing':
            "commitment_discount_id is not null and commitment_discount_status is null and " ~ is_usage,
        'contracted_cost_missing': "contracted_cost is null",
        'contracted_cost_not_price_times_quantity': focus_price_gap('contracted_cost', 'contracted_unit_price'),
        'consumed_quantity_missing': "consumed_quantity is null and coalesce(lower(commitment_discount_status), '')"
            ~ " <> 'unused' and " ~ is_usage,
        'effective_cost_missing': "effective_cost is null",
        'invoice_issuer_missing': "invoice_issuer_name is null",
        'list_cost_missing': "list_cost is null",
        'list_cost_not_price_times_quantity': focus_price_gap('list_cost', 'list_unit_price'),
        'provider_missing': "coalesce(service_provider_name, provider_name) is null",
        'quantity_negative': "least(consumed_quantity, pricing_quantity) < 0 and " ~ is_usage,
        'service_category_missing': "service_category is null",
        'service_name_missing': "service_name is null",
        'sku_missing': "sku_price_id is null and " ~ is_usage,
    } -%}
    nullif(concat_ws(
        ','
        {%- for name, condition in rules.items() %},
        case when not _is_empty_bucket and {{ condition }} then '{{ name }}' end
        {%- endfor %}
    ), '')
{%- endmacro %}

{# True where a cost is not its unit price x PricingQuantity, beyond rounding. Arguments: cost, price (columns). #}
{% macro focus_price_gap(cost, price) -%}
    charge_class is null
    and abs(cast({{ cost }} as double) - cast({{ price }} as double) * cast(pricing_quantity as double))
    > 0.000001 + 0.0001 * abs(cast({{ cost }} as double))
{%- endmacro %}

{#
  Version of a FOCUS line: the batch tag focus_version, else the first version that has all the columns which are filled.
#}
{% macro focus_version() -%}
    coalesce(
        {{ batch_tag('focus_version') }},
        case
            when coalesce(invoice_detail_id, commitment_program_eligibility_details) is not null then '1.4'
            when coalesce(service_provider_name, host_provider_name) is not null then '1.3'
            when coalesce(invoice_id, billing_account_type, sub_account_type, pricing_currency) is not null then '1.2'
            when coalesce(sku_meter, service_subcategory, sku_price_details) is not null then '1.1'
            else '1.0'
        end
    )
{%- endmacro %}
