-- Per usage cell: how much of its cost the observed requests explain (coverage) and what they weigh. Billed quantities
-- decide where they are known, else the requests' contracted cost against the cell's cost.
with cells as (
    select * from {{ ref('int_bill__cells') }}
    where charge_category = 'usage'
),

group_meters as (
    select * from {{ ref('int_bill__group_meters') }}
    where is_billed_day
),

usage_meters as (
    select * from {{ ref('int_usage__meters') }}
),

request_matches as (
    {{ match_cells('group_meters', 'cells') }}
),

usage_matches as (
    {{ match_cells('usage_meters', 'cells') }}
),

observed as (
    select
        request_matches.cell_key,
        cast(sum(group_meters.tokens) as decimal(28,0)) as observed_tokens,
        cast(sum(
            case when group_meters.contracted_unit_price_usd is not null then group_meters.tokens end
        ) as decimal(28,0)) as priced_tokens,
        cast(sum(
            cast(group_meters.tokens as decimal(18,0)) * group_meters.contracted_unit_price_usd
        ) as decimal(28,12)) as priced_weight
    from group_meters
    inner join request_matches
        on group_meters.row_key = request_matches.row_key and request_matches.match_rank = 1
    group by request_matches.cell_key
),

reported as (
    select
        usage_matches.cell_key,
        cast(sum(usage_meters.tokens) as decimal(28,12)) as reported_tokens
    from usage_meters
    inner join usage_matches
        on usage_meters.row_key = usage_matches.row_key and usage_matches.match_rank = 1
    group by usage_matches.cell_key
),

weighed as (
    select
        cells.*,
        coalesce(cells.billed_tokens, reported.reported_tokens) as known_tokens,
        coalesce(observed.observed_tokens, 0) as observed_tokens,
        coalesce(observed.priced_tokens, 0) as priced_tokens,
        -- An unpriced request weighs its tokens at the mean price of the cell; in a cell without any price, or with no
        -- price but 0, all weigh their tokens at a price that cancels out.
        coalesce(
            {{ cell_factor('nullif(observed.priced_weight, 0)', 'observed.priced_tokens') }},
            cast(0.000001 as decimal(26,18))
        ) as fallback_unit_price_usd,
        coalesce(observed.priced_weight, 0) as priced_weight
    from cells
    left join observed on cells.cell_key = observed.cell_key
    left join reported on cells.cell_key = reported.cell_key
),

totals as (
    select
        *,
        cast(
            priced_weight
            + cast(
                observed_tokens - case when priced_weight = 0 then 0 else priced_tokens end as decimal(18,0)
            ) * cast(fallback_unit_price_usd as decimal(18,12))
            as decimal(28,12)
        ) as total_weight
    from weighed
),

covered as (
    select
        *,
        cast(coalesce(case
            when observed_tokens = 0 then 0
            when known_tokens is not null
                then {{ cell_factor('observed_tokens', 'greatest(known_tokens, observed_tokens)') }}
            when priced_tokens = 0 then 1
            when priced_weight = 0 then 0
            else {{ cell_factor('total_weight', 'greatest(effective_cost_usd, total_weight)') }}
        end, 0) as decimal(26,18)) as coverage_ratio
    from totals
),

final as (
    select
        *,
        observed_tokens > 0 and priced_tokens = 0 as is_unpriced,
        known_tokens is not null
        and observed_tokens > known_tokens * (1 + cast({{ var('over_observed_tolerance_ratio') }} as decimal(9,6)))
            as is_over_observed,
        cast(effective_cost_usd * coverage_ratio as decimal(28,12)) as spread_effective_cost_usd,
        cast(billed_cost_usd * coverage_ratio as decimal(28,12)) as spread_billed_cost_usd
    from covered
)

select * from final
