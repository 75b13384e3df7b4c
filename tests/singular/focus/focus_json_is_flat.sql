-- Tags and SkuPriceDetails are JSON objects whose values are text, numbers, true, false or null.
-- Failure: text that is no JSON object, or one with an object or a list in it.
with focus as (select * from {{ ref('focus_cost_and_usage') }}),

texts as (
    select
        x_ChargeKey,
        Tags as json_text
    from focus
    union all
    select
        x_ChargeKey,
        SkuPriceDetails as json_text
    from focus
),

final as (
    select *
    from texts
    where not {{ focus_is_flat_json('json_text') }}
)

select * from final
