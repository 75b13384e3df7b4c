-- Every handover of the pipeline as an equation. Counts come from the side that hands over and from the side that takes,
-- never from one of them twice.
{% set stream_scope = "source || '/' || stream" %}
{% set arrivals = ref('stg_landing__arrivals') %}
{% set latest_requests = ref('int_requests__latest') %}
{% set charges = ref('fct_ai_charges') %}
{% set attributed = ref('fct_attributed_costs') %}
{% set requests = ref('fct_ai_requests') %}
{% set focus = ref('focus_cost_and_usage') %}
{% set batch_records = ref('int_run__batch_records') %}

with steps as (
    {{ conservation_step(
        '1_landed', 'records landed = raw + quarantined + duplicate',
        'select ' ~ stream_scope ~ ' as scope, sum(landed_count) as quantity from ' ~ arrivals ~ ' group by 1',
        'select ' ~ stream_scope ~ ' as scope, sum(raw_count + quarantined_count + duplicate_count) as quantity from '
            ~ arrivals ~ ' group by 1') }}
    union all
    {{ conservation_step(
        '2_quarantine', 'records that the gate counted as quarantined = rows of the quarantine',
        'select ' ~ stream_scope ~ ' as scope, sum(quarantined_count) as quantity from ' ~ arrivals ~ ' group by 1',
        'select ' ~ stream_scope ~ ' as scope, count(*) as quantity from ' ~ ref('quarantine') ~ ' group by 1') }}
    union all
    {{ conservation_step(
        '3_raw', 'records written to raw = records that staging shows',
        'select ' ~ stream_scope ~ ' as scope, sum(raw_count) as quantity from ' ~ arrivals ~ ' group by 1',
        'select ' ~ stream_scope ~ ' as scope, sum(record_count) as quantity from ' ~ batch_records ~ ' group by 1') }}
    union all
    {{ conservation_step(
        '4_requests', 'request records = requests + superseded versions + records that repeat or frame calls told elsewhere',
        'select ' ~ stream_scope ~ ' as scope, sum(record_count) as quantity from ' ~ batch_records
            ~ ' where ' ~ stream_scope ~ ' in (select ' ~ stream_scope ~ ' from ' ~ latest_requests ~ ') group by 1',
        'select ' ~ stream_scope ~ ' as scope, count(*) as quantity from ' ~ requests ~ ' group by 1 union all '
            ~ 'select ' ~ stream_scope ~ ' as scope, count(*) as quantity from ' ~ ref('int_requests__superseded')
            ~ ' group by 1 union all select ' ~ stream_scope ~ ' as scope, sum(superseded_count) as quantity from '
            ~ ref('int_requests__batch_versions') ~ ' group by 1') }}
    union all
    {% for kind in ['billed', 'effective'] %}
    {{ conservation_step(
        '5_bill_' ~ kind, kind ~ ' cost of the bills in force = ' ~ kind ~ ' cost of charges, in billing currency',
        "select billing_currency as scope, sum(" ~ kind ~ "_cost) as quantity from " ~ ref('int_charges__in_force')
            ~ " group by 1",
        "select billing_currency as scope, sum(" ~ kind ~ "_cost) as quantity from " ~ charges
            ~ " where not is_estimated group by 1") }}
    union all
    {{ conservation_step(
        '6_attributed_' ~ kind, kind ~ ' cost of charges = ' ~ kind ~ ' cost attributed, USD, per provider',
        "select provider as scope, sum(" ~ kind ~ "_cost_usd) as quantity from " ~ charges ~ " group by 1",
        "select provider as scope, sum(" ~ kind ~ "_cost_usd) as quantity from " ~ attributed ~ " group by 1") }}
    union all
    {{ conservation_step(
        '7_requests_' ~ kind, kind ~ ' cost of usage charges = cost of requests + unobserved rest, USD, per provider',
        "select provider as scope, sum(" ~ kind ~ "_cost_usd) as quantity from " ~ charges
            ~ " where charge_category = ''usage'' group by 1" | replace("''", "'"),
        "select provider as scope, sum(" ~ kind ~ "_cost_usd) as quantity from " ~ requests ~ " group by 1 union all "
            ~ "select provider as scope, sum(" ~ kind ~ "_cost_usd) as quantity from " ~ attributed
            ~ " where charge_category = 'usage' and is_unobserved group by 1") }}
    union all
    {{ conservation_step(
        '8_focus_' ~ kind, kind ~ ' cost of charges = FOCUS ' ~ kind ~ ' cost, in billing currency',
        "select billing_currency as scope, sum(" ~ kind ~ "_cost) as quantity from " ~ charges ~ " group by 1",
        "select BillingCurrency as scope, sum(" ~ ("BilledCost" if kind == "billed" else "EffectiveCost")
            ~ ") as quantity from " ~ focus ~ " group by 1") }}
    union all
    {{ conservation_step(
        '9_spend_' ~ kind, kind ~ ' cost attributed = ' ~ kind ~ ' cost of spend_daily, USD, per provider',
        "select provider as scope, sum(" ~ kind ~ "_cost_usd) as quantity from " ~ attributed ~ " group by 1",
        "select provider as scope, sum(" ~ kind ~ "_cost_usd) as quantity from " ~ ref('spend_daily')
            ~ " group by 1") }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        {{ surrogate_key(['step', 'scope']) }} as conservation_key,
        step,
        coalesce(scope, 'all') as scope,
        description,
        coalesce(quantity_in, 0) as quantity_in,
        coalesce(quantity_out, 0) as quantity_out,
        cast(coalesce(quantity_in, 0) - coalesce(quantity_out, 0) as decimal(38,12)) as gap
    from steps
)

select * from final
