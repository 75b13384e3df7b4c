-- What bills break of their own standard, per landed file and rule. The lines count all the same.
with charges as (
    select * from {{ ref('int_charges__latest') }}
    where findings is not null
),

focus_rules as (
    select * from {{ ref('focus_rules') }}
),

load_audit as (
    select * from {{ ref('load_audit') }}
),

final as (
    select
        {{ surrogate_key(['load_audit.load_seq', 'focus_rules.finding']) }} as charge_finding_key,
        -- the file
        load_audit.source,
        load_audit.stream,
        load_audit.source_file,
        load_audit.load_seq,
        max(charges.standard) as standard,
        -- what is wrong
        focus_rules.finding,
        focus_rules.description,
        -- how much
        count(*) as charge_count,
        min(charges._source_line) as first_source_line,
        cast(sum(charges.billed_cost) as decimal(28,12)) as billed_cost,
        min(charges.billing_currency) as billing_currency
    from charges
    inner join focus_rules
        on concat(',', charges.findings, ',') like concat('%,', focus_rules.finding, ',%')
    inner join load_audit on charges._load_seq = load_audit.load_seq
    group by
        load_audit.source,
        load_audit.stream,
        load_audit.source_file,
        load_audit.load_seq,
        focus_rules.finding,
        focus_rules.description
)

select * from final
