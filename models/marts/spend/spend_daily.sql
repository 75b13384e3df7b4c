-- Cost at its final owner, requests and tokens at the owner of the request (a pool's tokens stay under __shared__), and
-- tokens that the provider reports but no request explains.
{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ delete_touched_days('int_run__rebuilt_allocation_days') }}"
) }}
{% set dimensions = ['usage_date', 'scope', 'provider', 'billing_account_id', 'model', 'activity', 'team', 'use_case',
    'product', 'environment', 'charge_category', 'cost_basis', 'cost_center'] %}
{% set measures = spend_measures() %}

with attributed_costs as (
    select * from {{ ref('fct_attributed_costs') }}
    where {{ touched_days_filter('usage_date', days='int_run__rebuilt_allocation_days') }}
),

requests as (
    select * from {{ ref('fct_ai_requests') }}
    where {{ touched_days_filter('usage_date', days='int_run__rebuilt_allocation_days') }}
),

unexplained_usage as (
    {{ unexplained_usage() }}
),

charges as (
    select * from {{ ref('fct_ai_charges') }}
    where {{ touched_days_filter('usage_date', days='int_run__rebuilt_allocation_days') }}
),

usage_buckets as (
    select * from {{ ref('fct_ai_usage') }}
    where {{ touched_days_filter('usage_date', days='int_run__rebuilt_allocation_days') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

dim_models as (
    select * from {{ ref('dim_models') }}
),

-- Cost and use meet in one shape: what a side does not know is zero, or null where zero would be a statement.
lines as (
    {{ spend_lines('attributed_costs', dimensions, {
        'scope': scope_of('billing_mode'),
        'effective_cost_usd': 'effective_cost_usd', 'billed_cost_usd': 'billed_cost_usd',
    }) }}
    union all
    {{ spend_lines('requests', dimensions, {
        'scope': scope_of('billing_mode'), 'charge_category': "'usage'",
        'request_count': '1', 'logical_request_count': 'case when is_final_attempt then 1 else 0 end',
        'input_tokens': sum_of_meters('input'), 'output_tokens': sum_of_meters('output'),
        'total_tokens': 'total_tokens', 'list_cost_usd': 'list_cost_usd',
        'contracted_cost_usd': 'contracted_cost_usd',
    }) }}
    union all
    {{ spend_lines('unexplained_usage', dimensions, {
        'scope': "'ai_api'", 'activity': "'__unknown__'", 'team': "'__unattributed__'",
        'use_case': "'__unattributed__'", 'product': "'__unattributed__'", 'environment': "'__unattributed__'",
        'charge_category': "'usage'", 'cost_basis': "'none'", 'cost_center': "'__unattributed__'",
        'input_tokens': 'input_tokens', 'output_tokens': 'output_tokens', 'total_tokens': 'total_tokens',
    }) }}
),

summed as (
    select
        usage_date,
        {% for dimension in dimensions if dimension != 'usage_date' %}
        coalesce({{ dimension }}, '__unknown__') as {{ dimension }},
        {% endfor %}
    {% for measure, type in measures.items() %}
    cast(sum(lines.{{ measure }}) as {{ type }}) as {{ measure }}{{ ',' if not loop.last }}
    {% endfor %}
    from lines
    group by all
),

-- Days of which not all is known: the bill may still change, or the provider's report was pulled while the day went on.
settling_days as (
    select
        charges.usage_date,
        charges.provider,
        charges.billing_account_id
    from charges
    cross join as_of
    where charges.final_at > as_of.data_as_of
    union
    select
        usage_date,
        provider,
        billing_account_id
    from usage_buckets
    where is_open
),

final as (
    select
        -- dimensions
        summed.usage_date,
        summed.scope,
        summed.provider,
        summed.billing_account_id,
        summed.model,
        coalesce(dim_models.model_tier, '__unknown__') as model_tier,
        summed.activity,
        summed.team,
        summed.use_case,
        summed.product,
        summed.environment,
        summed.charge_category,
        summed.cost_basis,
        settling_days.usage_date is not null as is_provisional,
        -- quantities and money
        {% for measure in measures %}
        summed.{{ measure }},
        {% endfor %}
        -- finance dimension
        summed.cost_center
    from summed
    left join settling_days
        on
            summed.usage_date = settling_days.usage_date
            and summed.provider = settling_days.provider
            and summed.billing_account_id = settling_days.billing_account_id
    left join dim_models on summed.provider = dim_models.provider and summed.model = dim_models.model
)

select * from final
