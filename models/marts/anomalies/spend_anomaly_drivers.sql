-- cost = requests x tokens per request x unit cost; the unit cost of a quiet day, with the mix of the flagged day,
-- separates mix from price. Logarithms turn the product into a sum of effects.
{% set grain = ['usage_date', 'series_kind', 'series_key', 'metric'] %}
with changes as (
    select
        {{ grain | join(', ') }},
        cast(1.0 as double) / greatest(quiet_day_count, 1) as quiet_weight,
        cast(observed_cost_usd as double) as observed_cost_usd,
        cast(quiet_observed_cost_usd as double) as quiet_observed_cost_usd,
        cast(total_tokens as double) as total_tokens,
        cast(quiet_total_tokens as double) as quiet_total_tokens,
        cast(request_count as double) as request_count,
        cast(quiet_request_count as double) as quiet_request_count,
        cast(cache_read_tokens as double) as cache_read_tokens,
        cast(quiet_cache_read_tokens as double) as quiet_cache_read_tokens
    from {{ ref('spend_anomaly_changes') }}
),

totals as (
    select
        {{ grain | join(', ') }},
        nullif(sum(request_count), 0) as requests,
        nullif(sum(quiet_request_count * quiet_weight), 0) as quiet_requests,
        nullif(sum(total_tokens), 0) as tokens,
        nullif(sum(quiet_total_tokens * quiet_weight), 0) as quiet_tokens,
        nullif(sum(observed_cost_usd), 0) as cost_usd,
        nullif(sum(quiet_observed_cost_usd * quiet_weight), 0) as quiet_cost_usd,
        -- The day's tokens of each line at its own quiet unit cost.
        nullif(sum(coalesce(
            total_tokens * quiet_observed_cost_usd / nullif(quiet_total_tokens, 0),
            observed_cost_usd
        )), 0) as mixed_cost_usd,
        sum(cache_read_tokens) as cached_tokens,
        sum(quiet_cache_read_tokens * quiet_weight) as quiet_cached_tokens
    from changes
    group by all
),

effects as (
    select
        *,
        ln(requests / quiet_requests) as volume,
        ln(tokens / requests / (quiet_tokens / quiet_requests)) as tokens_per_request,
        ln(mixed_cost_usd / tokens / (quiet_cost_usd / quiet_tokens)) as mix,
        ln(cost_usd / mixed_cost_usd) as price,
        abs(cached_tokens / tokens - quiet_cached_tokens / quiet_tokens) >= 0.05
            as has_other_caching
    from totals
),

{% set drivers = {
    'volume': "metric <> 'unit_cost'",
    'tokens_per_request': "metric in ('cost', 'tokens')",
    'mix': "metric in ('cost', 'unit_cost')",
    'price': "metric in ('cost', 'unit_cost')",
} %}
effect_rows as (
    {% for driver, applies in drivers.items() %}
    select
        {{ grain | join(', ') }},
        {{ loop.index }} as driver_rank,
        {% if driver == 'price' %}
        case when has_other_caching then 'cache' else 'price' end as driver,
        {% else %}
        '{{ driver }}' as driver,
        {% endif %}
        round(coalesce({{ driver }}, 0), 9) as effect
    from effects
    where {{ applies }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

directed as (
    select
        *,
        case
            when sum(effect) over (partition by {{ grain | join(', ') }}) < 0 then -effect
            else effect
        end as directed_effect
    from effect_rows
),

final as (
    select
        -- dimensions
        {{ grain | join(', ') }},
        driver,
        -- ratios
        cast(effect as decimal(18,9)) as effect,
        cast(row_number() over (
            partition by {{ grain | join(', ') }} order by directed_effect desc, driver_rank
        ) as integer) as driver_rank
    from directed
)

select * from final
