-- Two rules that fit an identity equally well leave its owner to chance: give one a lower priority number or more fields.
with rule_matches as (
    select * from {{ ref('int_ownership__rule_matches') }}
)

select
    rule_id as first_tied_rule_id,
    tied_rule_count,
    count(*) as identity_count
from rule_matches
where tied_rule_count > 1
group by
    rule_id,
    tied_rule_count
