{#
  A token counter of a LiteLLM log row. Versions and providers put it in different places (usage_object or
  additional_usage_values, at one of several paths); all of them count the same tokens, so the largest one holds and a
  place that was left at zero hides nothing. 0 where none is filled.
  Arguments: paths (list of paths below the usage object). Example: litellm_counter(['cache_read_input_tokens'])
#}
{% macro litellm_counter(paths) -%}
    greatest(
        {%- for path in paths %}
            metadata.usage_object.{{ path }},
            metadata.additional_usage_values.{{ path }},
        {%- endfor %}
            0
        )
{%- endmacro %}
