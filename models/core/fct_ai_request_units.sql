{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with requests as (
    select * from {{ ref('int_requests__priced') }}
    where other_units is not null and {{ touched_days_filter('usage_date') }}
),

units as (
    select
        *,
        {{ unnest_keys('other_units') }} as unit
    from requests
),

final as (
    select
        -- keys
        {{ surrogate_key(['request_key', 'unit']) }} as request_unit_key,
        request_key,
        -- when, who and what
        usage_date,
        provider,
        billing_account_id,
        sub_account_id,
        api_key_id,
        model,
        service_tier,
        owner_team as team,
        owner_use_case as use_case,
        owner_product as product,
        owner_environment as environment,
        -- quantities
        unit,
        cast({{ json_value('other_units', 'unit') }} as decimal(28,12)) as quantity
    from units
)

select * from final
