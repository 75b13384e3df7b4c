select provider, effective_cost_usd, billed_cost_usd from {{ ref('fct_attributed_costs') }}
