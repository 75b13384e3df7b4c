-- Three costs per outcome by UTC calendar month, computed from the facts, never from days; see macro cost_per_outcome.
{{ cost_per_outcome('usage_month', 'month') }}
