with focus as (
    select * from {{ source('gcp', 'focus') }}
),

-- The older view leaves credits out of its costs; the immutable data set has them in.
credited as (
    select
        * replace (
            billed_cost + credit as billed_cost,
            coalesce(effective_cost, billed_cost) + credit as effective_cost
        )
    from (
        select
            *,
            case
                when coalesce({{ batch_tag('credits') }}, '') = 'included' then 0
                else {{ json_list_sum('x_credits', 'amount') }}
            end as credit
        from focus
    )
),

final as (
    select
        {{ focus_columns(
            provider="'google'",
            unit="case when lower(consumed_unit) = 'count' and lower(coalesce(sku_meter, charge_description)) like '%token%' then 'tokens' else coalesce(consumed_unit, pricing_unit) end"
        ) }}
        -- audit
        {{ audit_columns() }}
    from credited
)

select * from final
