{#
  Columns that both views of Microsoft's native cost exports have (raw columns of streams/azure_cost_columns.yml). A comma
  ends the list. Arguments: billed (expression of what is billed), told_by_stream (expression, see canonical.yml).
#}
{% macro azure_cost_columns(billed, told_by_stream) -%}
        -- keys
        _scope_key as scope_key,
        -- when
        cast(date as timestamp) as bucket_start_at,
        cast(date + interval 1 day as timestamp) as bucket_end_at,
        _is_empty_bucket as is_empty_bucket,
        billing_period_start_date,
        cast(billing_period_start_date as timestamp) as replaced_from_at,
        true as is_multi_part,
        -- who and what
        'azure' as provider,
        billing_account_id,
        subscription_id as sub_account_id,
        resource_location as region,
        {{ azure_charge_category('charge_type') }} as charge_category,
        'provider_reported' as cost_basis,
        coalesce(product, meter_name) as description,
        lower(concat_ws(' | ', service_family, meter_category, meter_sub_category, meter_name, product)) as line_text,
        meter_category as service_name,
        'focus.cost_and_usage' as pattern_set,
        {{ told_by_stream }} as told_by_stream,
        -- quantities
        quantity,
        lower(unit_of_measure) as unit,
        -- money, in billing currency
        upper(billing_currency) as billing_currency,
        cast({{ billed }} as decimal(28,12)) as billed_cost,
        cast(cost as decimal(28,12)) as effective_cost,
        coalesce(nullif(reservation_id, ''), nullif(benefit_id, '')) as commitment_id,
        case when lower(charge_type) like 'unused%' then 'unused' end as commitment_status,
        -- tags come without their outer braces
        case when left(tags, 1) = '{' then tags when nullif(tags, '') is not null then '{' || tags || '}' end as tags,
{%- endmacro %}

{# Whether a reservation or savings plan covers the line of a native Microsoft export, or is what it buys. #}
{% macro azure_is_committed() -%}
    coalesce(lower(pricing_model) in ('reservation', 'savingsplan'), false)
{%- endmacro %}
