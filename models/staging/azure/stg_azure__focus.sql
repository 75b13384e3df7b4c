{#- A token meter counts blocks of the pricing unit; others keep their pricing unit in words. -#}
{%- set is_token_meter = "lower(coalesce(sku_meter, x_sku_meter_name, x_sku_description)) like '%token%'" -%}
{%- set tokens = "cast(pricing_quantity as decimal(24,10)) * cast(coalesce(x_pricing_block_size, 1) as decimal(12,0))" -%}

with focus as (
    select * from {{ source('azure', 'focus') }}
),

final as (
    select
        {{ focus_columns(
            provider="'azure'",
            line_texts=['x_sku_meter_name', 'x_sku_meter_category', 'x_sku_meter_subcategory', 'x_sku_description'],
            quantity="case when " ~ is_token_meter ~ " then " ~ tokens ~ " else pricing_quantity end",
            unit="case when " ~ is_token_meter ~ " then 'tokens' else coalesce(x_pricing_unit_description, pricing_unit) end"
        ) }}
        -- audit
        {{ audit_columns() }}
    from focus
)

select * from final
