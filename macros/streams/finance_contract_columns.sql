{#
  Columns that finance's lists of agreements share (raw columns of streams/finance_contract_columns.yml). The last day
  becomes an exclusive end. A comma ends the list.
#}
{% macro finance_contract_columns() -%}
        contract_id,
        -- whose
        lower(provider) as provider,
        coalesce(billing_account_id, {{ batch_tag('account') }}) as billing_account_id,
        sub_account_id,
        product,
        model,
        -- term
        starts_on,
        cast(ends_on + interval 1 day as date) as ends_on,
        -- quantity and price
        quantity,
        lower(unit) as unit,
        unit_price,
        lower(billing_interval) as billing_interval,
        upper(currency) as currency,
        coalesce(amount, case when lower(billing_interval) = 'once' then quantity * unit_price end) as amount,
        overage_unit_price,
        status,
        description,
{%- endmacro %}
