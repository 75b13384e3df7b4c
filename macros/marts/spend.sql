{# Which of the three scopes a cost belongs to, by its billing mode: AI APIs, SaaS seats, or own hardware. #}
{% macro scope_of(billing_mode) -%}
    case {{ billing_mode }} when 'seat_included' then 'saas_seats' when 'self_hosted' then 'self_hosted' else 'ai_api' end
{%- endmacro %}

{#
  Tokens that the provider's usage report counts and no observed request explains, per day, account and model, in the
  days of this run. Never below zero: requests that the report lacks are a finding of reconciliation_daily.
#}
{% macro unexplained_usage() -%}
    select
        reported.usage_date,
        reported.provider,
        reported.billing_account_id,
        reported.model,
        greatest(coalesce(reported.input_tokens, 0) - coalesce(observed.input_tokens, 0), 0) as input_tokens,
        greatest(coalesce(reported.output_tokens, 0) - coalesce(observed.output_tokens, 0), 0) as output_tokens,
        greatest(coalesce(reported.input_tokens, 0) - coalesce(observed.input_tokens, 0), 0)
        + greatest(coalesce(reported.output_tokens, 0) - coalesce(observed.output_tokens, 0), 0) as total_tokens
    from (
        select
            usage_date,
            provider,
            billing_account_id,
            model,
            sum({{ sum_of_meters('input') }}) as input_tokens,
            sum({{ sum_of_meters('output') }}) as output_tokens
        from {{ ref('fct_ai_usage') }}
        where {{ touched_days_filter('usage_date', days='int_run__rebuilt_allocation_days') }}
        group by all
    ) as reported
    left join (
        select
            usage_date,
            provider,
            billing_account_id,
            model,
            sum({{ sum_of_meters('input') }}) as input_tokens,
            sum({{ sum_of_meters('output') }}) as output_tokens
        from requests
        where not is_gateway_cache_hit
        group by all
    ) as observed
        on
            reported.usage_date = observed.usage_date
            and reported.provider = observed.provider
            and reported.billing_account_id = observed.billing_account_id
            and reported.model = observed.model
{%- endmacro %}

{#
  Tokens of the providers' usage reports, long: one row per day, account, sub-account, model, tiers and meter, in the days
  of this run.
#}
{% macro usage_meters() -%}
    {%- for meter in token_meters() %}
    select
        usage_date,
        provider,
        billing_account_id,
        coalesce(sub_account_id, '__any__') as sub_account_id,
        model,
        service_tier,
        context_tier,
        '{{ meter }}' as meter,
        sum({{ meter }}) as tokens
    from {{ ref('fct_ai_usage') }}
    where {{ meter }} > 0 and {{ touched_days_filter('usage_date') }}
    group by all
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# What to do so that cost of this reason gets an owner; null where it has one. Arguments: reason. #}
{% macro attribution_fix_hint(reason) -%}
    case {{ reason }}
        when 'attributed' then null
        when 'unobserved'
            then 'No request explains this cost: send the project through the gateway, or land its log.'
        when 'unobserved_unowned'
            then 'No request and no owner: add an ownership rule for the project, then land its log.'
        when 'pool_without_rule'
            then 'The pool has no allocation rule for the month: add one to seed allocation_rules.'
        when 'charge_without_owner'
            then 'Tag the charge with team or use_case, or add an ownership rule for its account.'
        when 'key_without_owner'
            then 'Add an ownership rule for this key to seed ownership_rules, or tag its requests.'
        else 'Add an ownership rule for this account or project to seed ownership_rules.'
    end
{%- endmacro %}

{# Measures of spend_daily with their types, in order. #}
{% macro spend_measures() %}
    {{ return({
        'request_count': 'bigint', 'logical_request_count': 'bigint', 'input_tokens': 'bigint',
        'output_tokens': 'bigint', 'total_tokens': 'bigint', 'list_cost_usd': 'decimal(28,12)',
        'contracted_cost_usd': 'decimal(28,12)', 'effective_cost_usd': 'decimal(28,12)',
        'billed_cost_usd': 'decimal(28,12)',
    }) }}
{% endmacro %}

{#
  Rows of one relation in the shape of spend_daily: dimensions by name, measures zero unless given; list and contracted
  cost are null unless given, since zero would say "free". Arguments: relation, dimensions (list), given (column ->
  expression).
#}
{% macro spend_lines(relation, dimensions, given) -%}
    select
        {%- for dimension in dimensions %}
        {{ given.get(dimension, dimension) }} as {{ dimension }},
        {%- endfor %}
        {%- for measure, type in spend_measures().items() %}
        cast({{ given.get(measure, 'null' if measure.startswith(('list', 'contracted')) else '0') }} as {{ type }})
            as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}
