{#
  Provider that makes a model, by the family in its name; null where the name tells none. Only for sources that name no
  provider: a model may be served by another one than its maker, which a batch tag can say. Arguments: column.
#}
{% macro provider_of_model(column) -%}
    {%- set families = {
        'openai': 'gpt-|chatgpt-|o[1-9]($|-)|text-embedding-|dall-e|whisper|tts-',
        'anthropic': 'claude',
        'google': 'gemini|gemma',
        'mistral': 'mistral|mixtral|codestral|ministral|magistral|devstral|pixtral',
        'cohere': 'command|embed-(english|multilingual|v)|rerank',
        'deepseek': 'deepseek',
        'xai': 'grok',
    } -%}
    case
            {%- for provider, pattern in families.items() %}
            when {{ matches_pattern('lower(' ~ column ~ ')', "'^(" ~ pattern ~ ")'") }} then '{{ provider }}'
            {%- endfor %}
        end
{%- endmacro %}
