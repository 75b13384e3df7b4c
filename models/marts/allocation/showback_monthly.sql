with attributed_costs as (
    select * from {{ ref('fct_attributed_costs') }}
),

{% set owner = ['cost_center', 'team', 'use_case', 'product', 'environment'] %}
months as (
    select
        cast(date_trunc('month', usage_date) as date) as usage_month,
        {% for column in owner %}
        {{ column }},
        {% endfor %}
        cast(sum(case when not is_shared then effective_cost_usd else 0 end) as decimal(28,12)) as direct_cost_usd,
        cast(sum(case when is_shared then effective_cost_usd else 0 end) as decimal(28,12)) as shared_cost_usd,
        cast(sum(effective_cost_usd) as decimal(28,12)) as total_cost_usd,
        cast(sum(billed_cost_usd) as decimal(28,12)) as billed_cost_usd
    from attributed_costs
    group by all
),

-- The month after the last one is no month yet: an owner that stops still shows once, with its prior cost.
last_month as (
    select max(usage_month) as usage_month from months
),

priors as (
    select
        cast(months.usage_month + interval 1 month as date) as usage_month,
        {% for column in owner %}
        months.{{ column }},
        {% endfor %}
        months.total_cost_usd as prior_month_cost_usd
    from months
    inner join last_month on months.usage_month < last_month.usage_month
),

final as (
    select
        -- dimensions
        coalesce(months.usage_month, priors.usage_month) as usage_month,
        {% for column in owner %}
        coalesce(months.{{ column }}, priors.{{ column }}) as {{ column }},
        {% endfor %}
        -- money
        coalesce(months.direct_cost_usd, 0) as direct_cost_usd,
        coalesce(months.shared_cost_usd, 0) as shared_cost_usd,
        coalesce(months.total_cost_usd, 0) as total_cost_usd,
        priors.prior_month_cost_usd,
        coalesce(months.billed_cost_usd, 0) as billed_cost_usd
    from months
    full outer join priors
        on
            months.usage_month = priors.usage_month
            {% for column in owner %}
            and months.{{ column }} = priors.{{ column }}
            {% endfor %}
)

select * from final
