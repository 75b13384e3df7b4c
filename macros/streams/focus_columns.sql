{#
  Columns of a FOCUS Cost and Usage export of any version from 1.0 on (raw columns of streams/focus_columns.yml). A
  version or provider that lacks a column leaves it null. A comma ends the list. Arguments: provider (expression of who
  bills, in lower case), line_texts (expressions whose texts, after service and SKU, the rules of charge_patterns read),
  quantity and unit (expressions, where the export's own ConsumedQuantity and PricingQuantity do not tell them).
#}
{% macro focus_columns(provider, line_texts=[], quantity=none, unit=none) -%}
        {%- set consumed = "consumed_quantity is not null and consumed_unit is not null" -%}
        {%- set own_quantity = "case when " ~ consumed ~ " then consumed_quantity else pricing_quantity end" -%}
        {%- set own_unit = "case when " ~ consumed ~ " then consumed_unit else pricing_unit end" -%}
        -- keys
        _scope_key as scope_key,
        -- when
        charge_period_start as bucket_start_at,
        coalesce(charge_period_end, charge_period_start + interval 1 day) as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        cast(coalesce(billing_period_start, date_trunc('month', charge_period_start)) as date)
            as billing_period_start_date,
        -- an export holds a billing period whole, in one or several files, and replaces the one before
        coalesce(billing_period_start, date_trunc('month', charge_period_start)) as replaced_from_at,
        true as is_multi_part,
        -- who and what
        {{ provider }} as provider,
        coalesce(billing_account_id, {{ batch_tag('account') }}, {{ provider }}) as billing_account_id,
        sub_account_id,
        {{ focus_ai_property('sku_price_details', ['ModelId', 'Model']) }} as model,
        {{ focus_token_meter('sku_price_details') }} as meter,
        region_id as region,
        lower(charge_category) as charge_category,
        case when charge_class is not null then 'correction' end as charge_class,
        case when invoice_id is not null then 'invoiced' else 'provider_reported' end as cost_basis,
        coalesce(charge_description, sku_meter, service_name) as description,
        lower(concat_ws(' | ', service_category, service_name, sku_meter{{ ', ' ~ line_texts | join(', ') if line_texts }}, charge_description))
            as line_text,
        service_name,
        concat('FOCUS ', {{ focus_version() }}) as standard,
        {{ focus_findings() }} as findings,
        'focus.cost_and_usage' as pattern_set,
        -- quantities
        cast({{ quantity or own_quantity }} as decimal(28,12)) as quantity,
        lower({{ unit or own_unit }}) as unit,
        -- money, in billing currency; XXX is ISO 4217 for none stated
        coalesce(upper(billing_currency), upper({{ batch_tag('currency') }}), 'XXX') as billing_currency,
        cast(billed_cost as decimal(28,12)) as billed_cost,
        cast(coalesce(effective_cost, billed_cost) as decimal(28,12)) as effective_cost,
        cast(list_cost as decimal(28,12)) as list_cost,
        cast(contracted_cost as decimal(28,12)) as contracted_cost,
        invoice_id,
        commitment_discount_id as commitment_id,
        lower(commitment_discount_status) as commitment_status,
        nullif(tags, '{}') as tags,
{%- endmacro %}
