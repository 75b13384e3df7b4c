-- How much each counter rose from one sample to the next. A counter that is lower than before has started anew, so all
-- that it shows came since; what a series counted before its first sample is unknown.
{{ config(materialized='view') }}

with samples as (
    select * from {{ ref('int_samples__latest') }}
),

counters as (
    select
        *,
        lag(value) over (
            partition by source, stream, series_source, billing_account_id, metric, labels
            order by sampled_at
        ) as previous_value,
        lag(sampled_at) over (
            partition by source, stream, series_source, billing_account_id, metric, labels
            order by sampled_at
        ) as previous_sampled_at
    from samples
    where is_counter and value is not null
),

final as (
    select
        record_key,
        source,
        stream,
        -- the series
        series_source,
        billing_account_id,
        metric,
        instance,
        model,
        namespace,
        labels,
        -- when
        cast(sampled_at as date) as usage_date,
        previous_sampled_at,
        sampled_at,
        -- how much
        case when value < previous_value then value else value - previous_value end as increase,
        value < previous_value as is_after_reset,
        -- audit
        _source_line,
        _loaded_at
    from counters
    where previous_sampled_at is not null
)

select * from final
