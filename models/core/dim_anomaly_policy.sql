with anomaly_policy as (
    select * from {{ ref('anomaly_policy') }}
),

final as (
    select
        metric,
        series_kind,
        min_history_days,
        window_days,
        score_threshold,
        min_relative_change,
        cast(min_impact_usd as decimal(28,12)) as min_impact_usd,
        cast(min_impact_units as decimal(28,12)) as min_impact_units,
        note
    from anomaly_policy
)

select * from final
