-- Three costs per outcome by UTC day; the shared definition is the macro cost_per_outcome.
{{ cost_per_outcome('usage_date', 'day') }}
