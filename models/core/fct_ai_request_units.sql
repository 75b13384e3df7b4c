{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ delete_touched_days() }}") }}

with requests as (
    select * from {{ ref('int_requests__priced') }}
    where other_units is not null and {{ touched_days_filter('usage_date') }}
),

units as (
    {{ unnest_units('requests', ['request_key', 'usage_date', 'provider', 'billing_account_id', 'sub_account_id',
        'api_key_id', 'model', 'service_tier', 'owner_team', 'owner_use_case', 'owner_product', 'owner_environment']) }}
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
        quantity
    from units
)

select * from final
