{#
  Words of a snake_case or spaced name, capitalised and joined. Arguments: expression,
  separator.
  Example: focus_words('meter') gives 'Web Search Calls' for web_search_calls
#}
{% macro focus_words(expression, separator=' ') -%}
    {{ return(adapter.dispatch('focus_words', 'ai_finops')(expression, separator)) }}
{%- endmacro %}

{% macro default__focus_words(expression, separator) -%}
    array_to_string(
        list_transform(
            string_split(replace(trim({{ expression }}), ' ', '_'), '_'),
            lambda word: upper(word[1]) || word[2:]
        ),
        '{{ separator }}'
    )
{%- endmacro %}

{% macro spark__focus_words(expression, separator) -%}
    array_join(
        transform(
            split(replace(trim({{ expression }}), ' ', '_'), '_'),
            word -> concat(upper(left(word, 1)), substring(word, 2))
        ),
        '{{ separator }}'
    )
{%- endmacro %}

{#
  Name of a meter that is not a token meter, for SkuMeter. Argument: expression.
  Example: focus_meter_name('meter') gives 'GPU Hours' for gpu_hours
#}
{% macro focus_meter_name(expression) -%}
    regexp_replace(
        regexp_replace({{ focus_words(expression) }}, '^Gpu', 'GPU'), '^Ptu', 'PTU'
    )
{%- endmacro %}

{#
  A unit in the unit format of FOCUS: capitalised plurals (Tokens, Requests), a hyphen between
  the parts of a compound (GPU-Hours). Null and bare numbers give 'Units', the count unit of
  FOCUS for things without a name.
  Argument: expression. Example: focus_unit('charges.unit')
#}
{% macro focus_unit(expression) -%}
    {%- set singular = [
        'call', 'character', 'credit', 'hour', 'image', 'license', 'minute', 'page', 'request', 'search', 'seat',
        'second', 'session', 'token', 'unit', 'user',
    ] -%}
    {%- set unit = 'lower(trim(' ~ expression ~ '))' -%}
    case
        when nullif({{ unit }}, '') is null or try_cast({{ expression }} as double) is not null then 'Units'
        when {{ unit }} = 'search' then 'Searches'
        when {{ unit }} in ('{{ singular | join("', '") }}') then {{ focus_words(unit) }} || 's'
        when {{ unit }} in ('gb', 'gib', 'mb', 'mib', 'kb', 'kib', 'tb', 'tib')
            then replace(upper({{ unit }}), 'I', 'i')
        when {{ unit }} in ('duration_seconds', 'duration_minutes', 'duration_hours')
            then {{ focus_words("replace(" ~ unit ~ ", 'duration_', '')") }}
        when {{ unit }} in ('gibibyte_hours', 'gib_hours') then 'GiB-Hours'
        when {{ unit }} in ('gpu_hours', 'ptu_hours') then upper(left({{ unit }}, 3)) || '-Hours'
        when {{ unit }} like '%hours' or {{ unit }} like '%months' or {{ unit }} like '%days'
            then {{ focus_words(unit, '-') }}
        else {{ focus_words(expression) }}
    end
{%- endmacro %}
