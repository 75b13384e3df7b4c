{#
  Unit of an AWS line: marketplace models count units of a million tokens, which their pricing unit (Units) does not say.
  Arguments: unit, usage_type (columns).
#}
{% macro aws_unit(unit, usage_type) -%}
    case
        when lower({{ usage_type }}) like '%-mp:%token%' then 'aws marketplace tokens'
        else lower({{ unit }})
    end
{%- endmacro %}

{# Charge category of a line of Microsoft's native cost exports. Arguments: charge_type (column). #}
{% macro azure_charge_category(charge_type) -%}
    case lower({{ charge_type }})
        when 'purchase' then 'purchase'
        when 'refund' then 'credit'
        when 'tax' then 'tax'
        when 'adjustment' then 'adjustment'
        when 'roundingadjustment' then 'adjustment'
        else 'usage'
    end
{%- endmacro %}
