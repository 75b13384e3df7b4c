-- Share of each usage cell that falls to each group of attempts and meter: cell cost x weight / all weights x coverage,
-- closed to the cent so that shares and the unobserved rest sum to the cell exactly.
with group_meters as (
    select * from {{ ref('int_bill__group_meters') }}
    where is_billed_day
),

coverage as (
    select * from {{ ref('int_bill__cell_coverage') }}
),

matches as (
    {{ match_cells('group_meters', 'coverage') }}
),

weights as (
    select
        group_meters.row_key,
        group_meters.bill_group_key,
        group_meters.meter,
        group_meters.tokens,
        coverage.cell_key,
        coverage.cost_basis,
        coverage.spread_effective_cost_usd,
        coverage.spread_billed_cost_usd,
        coverage.total_weight,
        cast(
            cast(group_meters.tokens as decimal(18,0))
            * coalesce(
                case when coverage.priced_weight = 0 then null else group_meters.contracted_unit_price_usd end,
                cast(coverage.fallback_unit_price_usd as decimal(18,12))
            ) as decimal(28,12)
        ) as weight
    from group_meters
    inner join matches on group_meters.row_key = matches.row_key and matches.match_rank = 1
    inner join coverage on matches.cell_key = coverage.cell_key
),

parts as (
    select
        *,
        cast(
            weight * {{ cell_factor('spread_effective_cost_usd', 'total_weight') }} as decimal(28,12)
        ) as effective_part_usd,
        cast(
            weight * {{ cell_factor('spread_billed_cost_usd', 'total_weight') }} as decimal(28,12)
        ) as billed_part_usd
    from weights
),

final as (
    select
        row_key,
        bill_group_key,
        meter,
        tokens,
        cell_key,
        cost_basis,
        weight,
        {{ close_split('effective_part_usd', 'spread_effective_cost_usd', ['cell_key'], ['weight desc', 'row_key']) }}
            as effective_cost_usd,
        {{ close_split('billed_part_usd', 'spread_billed_cost_usd', ['cell_key'], ['weight desc', 'row_key']) }}
            as billed_cost_usd
    from parts
)

select * from final
