{#
  Columns of a sample of a Prometheus range query, a comma at the end. Values that are no finite number, and DCGM's marks for
  blank (9.2e18 and above), are null. Arguments: series_source (what measures, where the name of the metric does not say).
#}
{% macro prometheus_columns(series_source) -%}
        {%- set name = json_value('metrics.metric', "'__name__'") -%}
        -- series
        case when {{ name }} like 'sglang:%' then 'sglang' else '{{ series_source }}' end as series_source,
        coalesce({{ batch_tag('account') }}, 'self_hosted') as billing_account_id,
        coalesce({{ name }}, '__unknown__') as metric,
        -- when
        {{ nanos_to_timestamp('cast(sampled_at * 1000000000 as bigint)') }} as sampled_at,
        -- the sample
        case
            when abs(cast(metrics.value as double)) < 9e15 then cast(metrics.value as decimal(28,12))
        end as value,
        coalesce({{ name }} like '%\_total' escape '\' or {{ name }} = 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', false)
            as is_counter,
        -- what was measured
        coalesce(
            {{ json_value('metrics.metric', "'instance'") }}, {{ json_value('metrics.metric', "'pod'") }}
        ) as instance,
        {{ json_value('metrics.metric', "'model_name'") }} as model,
        coalesce({{ json_value('metrics.metric', "'UUID'") }}, {{ json_value('metrics.metric', "'gpu'") }}) as gpu,
        coalesce(
            {{ json_value('metrics.metric', "'Hostname'") }}, {{ json_value('metrics.metric', "'node'") }}
        ) as node,
        {{ json_value('metrics.metric', "'namespace'") }} as namespace,
        {{ json_value('metrics.metric', "'pod'") }} as pod,
        metrics.metric as labels,
{%- endmacro %}
