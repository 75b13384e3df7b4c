{#- Who bills: up to FOCUS 1.3 the provider name; later the host where it sends the invoice (a cloud's marketplace),
    else the service provider. -#}
{%- set biller -%}
    lower(coalesce(
        provider_name,
        case when lower(invoice_issuer_name) = lower(host_provider_name) then host_provider_name end,
        service_provider_name,
        invoice_issuer_name,
        {{ batch_tag('provider') }},
        '__unknown__'
    ))
{%- endset -%}

with cost_and_usage as (
    select * from {{ source('focus', 'cost_and_usage') }}
),

final as (
    select
        {{ focus_columns(provider=biller) }}
        -- audit
        {{ audit_columns() }}
    from cost_and_usage
)

select * from final
