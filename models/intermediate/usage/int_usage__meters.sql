-- One row per usage report row and meter with tokens: the billed quantities where the bill itself has none.
{{ config(materialized='view') }}

with buckets as (
    select * from {{ ref('int_usage__buckets') }}
),

final as (
    {% for meter in token_meters() %}
    select
        row_key || '|' || cast(_source_line as varchar) || '|{{ meter }}' as row_key,
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        service_tier,
        context_tier,
        '{{ meter }}' as meter,
        {{ meter }} as tokens
    from buckets
    where {{ meter }} > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
