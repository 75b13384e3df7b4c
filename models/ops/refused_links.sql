{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with links as (
    select * from {{ ref('int_outcomes__request_links') }}
    where stated_weight_sum > 1 and {{ touched_days_filter('usage_date') }}
),

final as (
    select distinct
        request_key,
        usage_date,
        link_count,
        cast(stated_weight_sum as decimal(26,18)) as stated_weight_sum
    from links
)

select * from final
