{#
  Evidence for a request's estimated cost: the source's own figure, then contract, then list. A source that says 0 for a
  call with tokens does not know the price, so its figure does not count. Arguments: alias.
#}
{% macro estimate_basis(alias) -%}
    case
        when {{ alias }}.source_cost_usd > 0 then 'gateway_reported'
        when {{ alias }}.contracted_cost_usd is null then 'none'
        when {{ alias }}.is_contracted then 'contract_estimated'
        else 'list_estimated'
    end
{%- endmacro %}
