{#
  Counters of a Langfuse observation out of its usage_details, one column each with a comma behind it. Names beside_...
  stand beside input and output, or are parts of them, as the total tells; names part_... are always parts.
  Arguments: column (JSON object, text).
#}
{% macro langfuse_counters(column) -%}
    {%- set counters = {
        'input_count': ['input', 'input_tokens', 'prompt_tokens', 'promptTokens'],
        'output_count': ['output', 'output_tokens', 'completion_tokens', 'completionTokens'],
        'total_count': ['total', 'total_tokens', 'totalTokens'],
        'beside_cache_read': ['input_cached_tokens', 'input_cache_read', 'input_cache_read_tokens', 'input_cached',
            'cache_read_input_tokens'],
        'beside_cache_write': ['input_cache_creation', 'input_cache_write', 'input_cache_creation_tokens',
            'cache_creation_input_tokens'],
        'beside_cache_write_5m': ['input_cache_creation_5m'],
        'beside_cache_write_1h': ['input_cache_creation_1h'],
        'beside_audio_input': ['input_audio', 'input_audio_tokens'],
        'beside_audio_output': ['output_audio', 'output_audio_tokens'],
        'beside_image_output': ['output_image', 'output_image_tokens'],
        'beside_reasoning': ['output_reasoning', 'output_reasoning_tokens'],
        'part_cache_read': ['prompt_details.cache_read', 'prompt_tokens_details.cached_tokens',
            'input_details.cache_read', 'input_tokens_details.cached_tokens'],
        'part_audio_input': ['prompt_details.audio', 'prompt_tokens_details.audio_tokens',
            'input_tokens_details.audio_tokens'],
        'part_audio_output': ['completion_details.audio', 'completion_tokens_details.audio_tokens',
            'output_tokens_details.audio_tokens'],
        'part_reasoning': ['completion_details.reasoning', 'completion_tokens_details.reasoning_tokens',
            'output_tokens_details.reasoning_tokens'],
    } -%}
    {%- for name, keys in counters.items() %}
        {{ json_count(column, keys) }} as {{ name }},
    {%- endfor %}
{%- endmacro %}
