-- Every owner met so far, by key. Only grows, since facts of earlier days keep pointing at their owners.
{{ config(materialized='incremental', incremental_strategy='append') }}

with resolved as (
    select * from {{ ref('int_ownership__resolved') }}
),

final as (
    select distinct
        owner_key,
        team,
        use_case,
        product,
        environment,
        cost_center
    from resolved
    {% if is_incremental() %}
    where owner_key not in (select known.owner_key from {{ this }} as known)
    {% endif %}
)

select * from final
