{# The disjoint token meters: their sum is the total. output_reasoning_tokens is an of-which column and never added. #}
{% macro token_meters() %}
    {{ return([
        'input_uncached_tokens',
        'input_cache_read_tokens',
        'input_cache_write_short_tokens',
        'input_cache_write_long_tokens',
        'output_tokens',
        'input_audio_tokens',
        'input_audio_cache_read_tokens',
        'output_audio_tokens',
        'output_image_tokens',
    ]) }}
{% endmacro %}

{# Sum of meters as an expression; nulls count as zero. Arguments: direction (input, output or all), alias of the table. #}
{% macro sum_of_meters(direction='all', alias=none) -%}
    {%- set terms = [] -%}
    {%- for meter in token_meters() if direction == 'all' or meter.startswith(direction) -%}
        {%- do terms.append('coalesce(' ~ (alias ~ '.' if alias else '') ~ meter ~ ', 0)') -%}
    {%- endfor -%}
    {{ terms | join(' + ') }}
{%- endmacro %}

{# Units besides tokens that price lists know, as keys of other_units; prices are per unit. #}
{% macro priced_units() %}
    {{ return(['web_search_requests']) }}
{% endmacro %}
