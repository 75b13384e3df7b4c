-- What the free text of a bill line says: per line and attribute the first rule of charge_patterns that matches.
{{ config(materialized='table') }}
{% set attributes = ['meter', 'model', 'service_tier', 'context_tier', 'region', 'scope'] %}

with charges as (
    select * from {{ ref('int_charges__latest') }}
),

charge_patterns as (
    select * from {{ ref('charge_patterns') }}
),

lines as (
    select
        source,
        stream,
        provider,
        line_text,
        max(pattern_set) as pattern_set
    from charges
    where line_text is not null
    group by all
),

matched as (
    select
        lines.source,
        lines.stream,
        lines.provider,
        lines.line_text,
        charge_patterns.attribute,
        case
            -- a bill may write a model in words (gemini 2.5 pro)
            when charge_patterns.value like '%$1'
                then nullif(
                    replace(
                        charge_patterns.value,
                        '$1',
                        replace(trim(regexp_extract(lines.line_text, charge_patterns.pattern, 1)), ' ', '-')
                    ),
                    ''
                )
            else charge_patterns.value
        end as found_value
    from lines
    inner join charge_patterns
        on
            concat(charge_patterns.source, '.', charge_patterns.stream)
            in (concat(lines.source, '.', lines.stream), lines.pattern_set)
            and {{ matches_pattern('lines.line_text', 'charge_patterns.pattern') }}
    qualify
        row_number() over (
            partition by
                lines.source, lines.stream, lines.provider, lines.line_text, charge_patterns.attribute
            order by charge_patterns.priority, length(charge_patterns.pattern) desc, charge_patterns.pattern
        ) = 1
),

final as (
    select
        -- keys
        lines.source,
        lines.stream,
        lines.provider,
        lines.line_text,
        -- what the line says
        {% for attribute in attributes %}
        max(case when matched.attribute = '{{ attribute }}' then matched.found_value end) as {{ attribute }},
        {% endfor %}
        count(matched.attribute) as attribute_count
    from lines
    left join matched
        on
            lines.source = matched.source
            and lines.stream = matched.stream
            and lines.provider = matched.provider
            and lines.line_text = matched.line_text
    group by
        lines.source,
        lines.stream,
        lines.provider,
        lines.line_text
)

select * from final
