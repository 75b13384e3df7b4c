{% set grain = ['usage_date', 'series_kind', 'series_key', 'metric'] %}
{% set dimensions = ['api_key_id', 'model', 'use_case', 'team', 'environment', 'provider'] %}
with changes as (
    select
        {{ (grain + dimensions) | join(', ') }},
        -- The quiet days as one mean day; without any, everything is new.
        cast(1.0 as double) / greatest(quiet_day_count, 1) as quiet_weight,
        cast(cost_usd as double) as cost_usd,
        cast(quiet_cost_usd as double) as quiet_cost_usd,
        cast(observed_cost_usd as double) as observed_cost_usd,
        cast(quiet_observed_cost_usd as double) as quiet_observed_cost_usd,
        cast(total_tokens as double) as total_tokens,
        cast(quiet_total_tokens as double) as quiet_total_tokens,
        cast(request_count as double) as request_count,
        cast(quiet_request_count as double) as quiet_request_count
    from {{ ref('spend_anomaly_changes') }}
),

totals as (
    select
        {{ grain | join(', ') }},
        nullif(sum(total_tokens), 0) as tokens,
        nullif(sum(quiet_total_tokens), 0) as quiet_tokens,
        sum(quiet_observed_cost_usd) / nullif(sum(quiet_total_tokens), 0) as quiet_unit_cost
    from changes
    group by all
),

-- Contribution to the difference from the mean quiet day; for unit cost, what the member costs beyond the quiet unit
-- cost, per token of the series. Contributions of all members of a dimension add up to the difference.
contributions as (
    {% for dimension in dimensions %}
    select
        {% for column in grain %}
        changes.{{ column }},
        {% endfor %}
        '{{ 'api_key' if dimension == 'api_key_id' else dimension }}' as dimension,
        {{ loop.index }} as dimension_rank,
        changes.{{ dimension }} as member,
        sum(case changes.metric
            when 'cost' then changes.cost_usd - changes.quiet_cost_usd * changes.quiet_weight
            when 'tokens'
                then changes.total_tokens - changes.quiet_total_tokens * changes.quiet_weight
            when 'requests'
                then changes.request_count - changes.quiet_request_count * changes.quiet_weight
            else
                (
                    changes.observed_cost_usd
                    - coalesce(totals.quiet_unit_cost, 0) * changes.total_tokens
                ) / totals.tokens
                - coalesce((
                    changes.quiet_observed_cost_usd
                    - totals.quiet_unit_cost * changes.quiet_total_tokens
                ) / totals.quiet_tokens, 0)
        end) as contribution
    from changes
    inner join totals
        on
            changes.usage_date = totals.usage_date
            and changes.series_kind = totals.series_kind
            and changes.series_key = totals.series_key
            and changes.metric = totals.metric
    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

shares as (
    select
        *,
        round(
            contribution / nullif(
                sum(contribution) over (partition by {{ grain | join(', ') }}, dimension), 0
            ),
            6
        ) as share,
        count(*) over (partition by {{ grain | join(', ') }}, dimension) as member_count
    from contributions
),

final as (
    select
        -- dimensions
        {{ grain | join(', ') }},
        dimension,
        member,
        -- ratios: opposite contributions may leave next to nothing to divide by
        cast(greatest(least(coalesce(share, 0), 1000), -1000) as decimal(18,6)) as share_ratio,
        -- rank: a dimension with one member explains nothing; of those that explain about as much the finest leads
        cast(row_number() over (
            partition by {{ grain | join(', ') }}
            order by
                case when member_count > 1 then 0 else 1 end,
                round(least(coalesce(share, 0), 1), 1) desc,
                dimension_rank,
                share desc,
                member
        ) as integer) as cause_rank,
        cast(row_number() over (
            partition by {{ grain | join(', ') }}, dimension
            order by coalesce(share, 0) desc, member
        ) as integer) as member_rank
    from shares
)

select * from final
