-- Fingerprint of every configuration row that facts depend on, with the days on which it holds: a changed row touches
-- its days and no others.
{% set seeds = [
    {'name': 'model_prices', 'valid': true},
    {'name': 'contract_prices', 'valid': true},
    {'name': 'model_aliases', 'valid': false},
    {'name': 'models', 'valid': false},
    {'name': 'source_precedence', 'valid': false},
    {'name': 'charge_patterns', 'valid': false},
    {'name': 'units', 'valid': false},
    {'name': 'provider_accounts', 'valid': true},
    {'name': 'billing_modes', 'valid': true},
    {'name': 'ownership_rules', 'valid': true},
    {'name': 'trusted_tags', 'valid': false},
    {'name': 'teams', 'valid': false},
    {'name': 'use_cases', 'valid': false},
    {'name': 'outcome_definitions', 'valid': true},
    {'name': 'allocation_rules', 'valid': true},
] %}

with seed_rows as (
    {% for seed in seeds %}
    select
        '{{ seed.name }}' as seed_name,
        {{ row_fingerprint(ref(seed.name)) }} as row_hash,
        {% if seed.valid %}
        coalesce(valid_from, cast('1970-01-01' as date)) as valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
        {% else %}
        cast('1970-01-01' as date) as valid_from,
        cast('9999-12-31' as date) as valid_to
        {% endif %}
    from {{ ref(seed.name) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        seed_name,
        row_hash,
        valid_from,
        valid_to
    from seed_rows
)

select * from final
