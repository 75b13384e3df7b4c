with models as (
    select * from {{ ref('models') }}
),

seen_models as (
    select distinct
        provider,
        model
    from {{ ref('int_models__resolved') }}
),

priced_models as (
    select distinct
        provider,
        model
    from {{ ref('model_prices') }}
),

-- Every model of the seed, with or without use, and every model in use, known or not.
known_models as (
    select
        provider,
        model
    from models
    union
    select
        provider,
        model
    from seen_models
),

final as (
    select
        -- key
        {{ surrogate_key(['known_models.provider', 'known_models.model']) }} as model_key,
        known_models.provider,
        known_models.model,
        -- what it is
        coalesce(models.model_name, known_models.model) as model_name,
        coalesce(models.model_developer, '__unknown__') as model_developer,
        coalesce(models.model_family, '__unknown__') as model_family,
        coalesce(models.model_tier, '__unknown__') as model_tier,
        priced_models.model is not null as is_in_price_list
    from known_models
    left join models
        on known_models.provider = models.provider and known_models.model = models.model
    left join priced_models
        on
            known_models.provider = priced_models.provider
            and known_models.model = priced_models.model
)

select * from final
