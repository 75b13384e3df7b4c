-- Every distinct combination that decides ownership, of requests and of charges, in the days of this run.
with requests as (
    select * from {{ ref('int_requests__identified') }}
),

charges as (
    select * from {{ ref('int_charges__recorded') }}
),

identities as (
    select
    {% for column in identity_columns() %}
        {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from requests
    union
    select
    {% for column in identity_columns() %}
        {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from charges
),

final as (
    select
        {{ identity_key() }} as identity_key,
    {% for column in identity_columns() %}
    {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from identities
)

select * from final
