with meters as (select * from {{ ref('meters') }}),

final as (
    select
        -- key
        meter,

        -- what is metered
        direction,
        cache_action,
        modality,
        sku_meter
    from meters
)

select * from final
