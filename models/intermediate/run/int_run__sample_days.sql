-- Days on which a pending sample may change the increase of a counter: its own day, and the days of the samples of its
-- series from there to the one that follows.
{{ config(materialized='view') }}
{% set series = ['series_source', 'billing_account_id', 'metric', 'labels'] %}

with incoming_samples as (
    {{ union_streams('samples', where=pending_batches_filter('int_run__touched_days')) }}
),

existing_samples as (
    {{ previous_rows('int_samples__latest', [
        {'name': 'series_source', 'type': 'varchar'},
        {'name': 'billing_account_id', 'type': 'varchar'},
        {'name': 'metric', 'type': 'varchar'},
        {'name': 'labels', 'type': 'varchar'},
        {'name': 'sampled_at', 'type': 'timestamp'},
        {'name': 'value', 'type': 'decimal(28,12)'},
    ]) }}
),

incoming_counters as (
    select
        {{ surrogate_key(series) }} as series_key,
        sampled_at
    from incoming_samples
    where is_counter
),

incoming_spans as (
    select
        series_key,
        min(sampled_at) as first_sampled_at,
        max(sampled_at) as last_sampled_at
    from incoming_counters
    group by series_key
),

existing_counters as (
    select
        {{ surrogate_key(series) }} as series_key,
        sampled_at,
        lag(sampled_at) over (partition by {{ series | join(', ') }} order by sampled_at) as previous_sampled_at
    from existing_samples
    where value is not null
),

final as (
    select cast(sampled_at as date) as usage_date from incoming_counters
    union
    select cast(existing_counters.sampled_at as date) as usage_date
    from existing_counters
    inner join incoming_spans on existing_counters.series_key = incoming_spans.series_key
    where
        existing_counters.sampled_at >= incoming_spans.first_sampled_at
        and coalesce(existing_counters.previous_sampled_at, incoming_spans.first_sampled_at)
        <= incoming_spans.last_sampled_at
)

select * from final
