-- The price list's model for each name that a source has used. A name that no rule knows stays itself, unpriced.
with seen as (
    select * from {{ ref('int_models__seen') }}
),

aliases as (
    select * from {{ ref('model_aliases') }}
),

priced_models as (
    select distinct
        provider,
        model
    from {{ ref('model_prices') }}
),

names as (
    select
        provider,
        source_model,
        lower(trim(source_model)) as name
    from seen
),

name_forms as (
    {% for form in model_name_forms('name') %}
    select
        provider,
        source_model,
        {{ loop.index }} as form_rank,
        {{ form }} as name_form
    from names
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

matched as (
    select
        name_forms.provider,
        name_forms.source_model,
        aliases.model,
        aliases.match_type,
        aliases.match_value
    from name_forms
    inner join aliases
        on
            name_forms.provider = aliases.provider
            and {{ matches_alias('name_forms.name_form', 'aliases') }}
    qualify
        row_number() over (
            partition by name_forms.provider, name_forms.source_model
            order by
                aliases.priority,
                name_forms.form_rank,
                length(aliases.match_value) desc,
                aliases.match_value,
                aliases.model
        ) = 1
),

final as (
    select
        names.provider,
        names.source_model,
        coalesce(matched.model, names.name) as model,
        priced_models.model is not null as is_in_price_list,
        matched.match_type || ' ' || matched.match_value as match_rule
    from names
    left join matched
        on names.provider = matched.provider and names.source_model = matched.source_model
    left join priced_models
        on
            names.provider = priced_models.provider
            and coalesce(matched.model, names.name) = priced_models.model
)

select * from final
