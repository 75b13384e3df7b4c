{#
  Body of cost_per_outcome_daily and _monthly: three costs per outcome side by side, never mixed (linked by outcome date,
  loaded and attempted by usage date), with the quality, latency and safety of the same population. Denominators count
  outcomes handled by ai or ai_assisted. Arguments: period (name of the period column), grain (day or month).
#}
{% macro cost_per_outcome(period, grain) -%}
{%- set key = [period, 'use_case', 'outcome_type'] -%}
with outcomes as (
    select
        *,
        cast(date_trunc('{{ grain }}', outcome_date) as date) as {{ period }},
        handled_by in ('ai', 'ai_assisted') as is_counted
    from {{ ref('fct_outcomes') }}
),

links as (
    select
        outcome_key,
        cast(sum(linked_cost_usd) as decimal(28,12)) as linked_cost_usd
    from {{ ref('bridge_request_outcomes') }}
    where link_method <> 'time_window'
    group by outcome_key
),

dim_use_cases as (
    select * from {{ ref('dim_use_cases') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

outcome_counts as (
    select
        {{ key | join(',\n        ') }},
        min(case when matures_at <= as_of.data_as_of then 1 else 0 end) = 1 as is_mature,
        count(*) filter (where is_counted and status <> 'open') as attempted_count,
        count(*) filter (where is_counted and is_success) as successful_count,
        count(*) filter (where is_counted and is_first_reported_success) as first_reported_successful_count,
        count(*) filter (where is_counted and status = 'reverted') as reverted_count,
        count(*) filter (where is_counted and is_success and links.outcome_key is not null) as linked_successful_count,
        sum(case when status <> 'open' then links.linked_cost_usd end) as linked_cost_usd,
        sum(case when status = 'open' then links.linked_cost_usd end) as wip_cost_usd,
        sum(case when is_counted and is_success then value_usd end) as value_usd,
        sum(case when is_counted and is_success and value_status = 'finance_verified' then value_usd end)
            as verified_value_usd,
        sum(case when is_counted then outcomes.quality_score end) as quality_score_sum,
        count(case when is_counted then outcomes.quality_score end) as quality_score_count
    from outcomes
    cross join as_of
    left join links on outcomes.outcome_key = links.outcome_key
    group by
        {{ key | join(',\n        ') }}
),

loaded_costs as (
    select
        cast(date_trunc('{{ grain }}', attributed_costs.usage_date) as date) as {{ period }},
        attributed_costs.use_case,
        coalesce(dim_use_cases.primary_outcome_type, '__none__') as outcome_type,
        cast(sum(attributed_costs.effective_cost_usd) as decimal(28,12)) as loaded_cost_usd,
        cast(sum(attributed_costs.billed_cost_usd) as decimal(28,12)) as loaded_billed_cost_usd
    from {{ ref('fct_attributed_costs') }} as attributed_costs
    left join dim_use_cases on attributed_costs.use_case = dim_use_cases.use_case
    group by all
),

request_measures as (
    select
        cast(date_trunc('{{ grain }}', requests.usage_date) as date) as {{ period }},
        requests.use_case,
        coalesce(dim_use_cases.primary_outcome_type, '__none__') as outcome_type,
        cast(sum(requests.total_tokens) as bigint) as total_tokens,
        cast(percentile_cont(0.95) within group (order by requests.latency_ms) as decimal(18,3)) as p95_latency_ms,
        count(distinct requests.logical_request_key) as logical_request_count,
        count(*) filter (where requests.is_final_attempt and requests.status = 'failure') as failed_request_count,
        count(*) filter (where requests.is_safety_flagged) as flagged_request_count,
        count(requests.is_safety_flagged) as judged_request_count
    from {{ ref('fct_ai_requests') }} as requests
    left join dim_use_cases on requests.use_case = dim_use_cases.use_case
    group by all
),

populations as (
    select {{ key | join(', ') }} from outcome_counts
    union
    select {{ key | join(', ') }} from loaded_costs
    union
    select {{ key | join(', ') }} from request_measures
),

joined as (
    select
        populations.*,
        coalesce(dim_use_cases.value_area, '__unknown__') as value_area,
        outcome_counts.is_mature,
        coalesce(outcome_counts.attempted_count, 0) as attempted_count,
        coalesce(outcome_counts.successful_count, 0) as successful_count,
        coalesce(outcome_counts.first_reported_successful_count, 0) as first_reported_successful_count,
        coalesce(outcome_counts.reverted_count, 0) as reverted_count,
        coalesce(outcome_counts.linked_successful_count, 0) as linked_successful_count,
        coalesce(outcome_counts.linked_cost_usd, 0) as linked_cost_usd,
        coalesce(outcome_counts.wip_cost_usd, 0) as wip_cost_usd,
        coalesce(loaded_costs.loaded_cost_usd, 0) as loaded_cost_usd,
        loaded_costs.loaded_billed_cost_usd,
        loaded_costs.{{ period }} is not null as has_loaded_cost,
        outcome_counts.value_usd,
        outcome_counts.verified_value_usd,
        outcome_counts.quality_score_sum,
        outcome_counts.quality_score_count,
        request_measures.total_tokens,
        request_measures.p95_latency_ms,
        request_measures.logical_request_count,
        request_measures.failed_request_count,
        request_measures.flagged_request_count,
        request_measures.judged_request_count
    from populations
    {% for relation in ['outcome_counts', 'loaded_costs', 'request_measures'] %}
    left join {{ relation }}
        on
            populations.{{ period }} = {{ relation }}.{{ period }}
            and populations.use_case = {{ relation }}.use_case
            and populations.outcome_type = {{ relation }}.outcome_type
    {% endfor %}
    left join dim_use_cases on populations.use_case = dim_use_cases.use_case
),

final as (
    select
        -- key and attributes
        {{ period }},
        use_case,
        outcome_type,
        value_area,
        coalesce(is_mature, false) as is_mature,
        -- counts
        attempted_count,
        successful_count,
        first_reported_successful_count,
        reverted_count,
        -- money
        cast(linked_cost_usd as decimal(28,12)) as linked_cost_usd,
        cast(wip_cost_usd as decimal(28,12)) as wip_cost_usd,
        cast(loaded_cost_usd as decimal(28,12)) as loaded_cost_usd,
        {{ safe_ratio('linked_cost_usd', 'linked_successful_count', 'decimal(28,12)') }} as linked_cost_per_outcome_usd,
        -- the use case's whole cost sits on its primary outcome type; other types have none to divide
        case
            when has_loaded_cost then {{ safe_ratio('loaded_cost_usd', 'successful_count', 'decimal(28,12)') }}
        end as loaded_cost_per_outcome_usd,
        case
            when has_loaded_cost then {{ safe_ratio('loaded_cost_usd', 'attempted_count', 'decimal(28,12)') }}
        end as cost_per_attempt_usd,
        -- tokens
        total_tokens,
        {{ safe_ratio('total_tokens', 'successful_count', 'decimal(28,6)') }} as tokens_per_outcome,
        {{ safe_ratio('case when total_tokens > 0 then successful_count * 1000000 end', 'total_tokens', 'decimal(28,9)') }}
            as outcomes_per_million_tokens,
        -- value
        cast(value_usd as decimal(28,12)) as value_usd,
        cast(verified_value_usd as decimal(28,12)) as verified_value_usd,
        cast(verified_value_usd - loaded_cost_usd as decimal(28,12)) as net_value_usd,
        {{ safe_ratio('loaded_cost_usd', 'verified_value_usd') }} as cost_to_value_ratio,
        -- quality, latency, safety of the same population
        {{ safe_ratio('quality_score_sum', 'quality_score_count', 'decimal(9,6)') }} as avg_quality_score,
        p95_latency_ms,
        {{ safe_ratio('failed_request_count', 'logical_request_count') }} as failure_ratio,
        {{ safe_ratio('flagged_request_count', 'judged_request_count') }} as safety_flag_ratio,
        -- confidence
        {{ safe_ratio('loaded_billed_cost_usd', 'loaded_cost_usd') }} as billed_cost_ratio,
        {{ safe_ratio('linked_successful_count', 'successful_count') }} as linked_outcome_ratio,
        linked_successful_count
    from joined
)

select * from final
{%- endmacro %}
