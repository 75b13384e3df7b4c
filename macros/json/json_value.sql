{#
  Text of one key of a flat JSON object held as text; null where the key is missing. The key is an expression.
  Arguments: column, key. Example: json_value('tags', 'trusted_tags.tag_key')
#}
{% macro json_value(column, key) -%}
    {{ return(adapter.dispatch('json_value', 'ai_finops')(column, key)) }}
{%- endmacro %}

{% macro default__json_value(column, key) -%}
    json_extract_string({{ column }}, '$."' || {{ key }} || '"')
{%- endmacro %}

{% macro spark__json_value(column, key) -%}
    get_json_object({{ column }}, concat('$.', {{ key }}))
{%- endmacro %}

{#
  Flat JSON object (text) of a list of "key:value" tags merged with a JSON object of further pairs; null where both are
  empty. Tags of the HTTP client (User-Agent) say nothing about the owner and are left out. Arguments: list, object.
#}
{% macro tags_object(tag_list, object) -%}
    {{ return(adapter.dispatch('tags_object', 'ai_finops')(tag_list, object)) }}
{%- endmacro %}

{% macro default__tags_object(tag_list, object) -%}
    nullif(cast(json_merge_patch(
        coalesce(to_json(map_from_entries(list_transform(
            list_distinct(list_transform(
                list_filter({{ tag_list }}, lambda tag: contains(tag, ':') and not starts_with(tag, 'User-Agent')),
                lambda tag: split_part(tag, ':', 1)
            )),
            lambda tag_key: struct_pack(
                k := tag_key,
                v := trim(substr(
                    list_filter({{ tag_list }}, lambda tag: split_part(tag, ':', 1) = tag_key)[1], length(tag_key) + 2
                ))
            )
        ))), '{}'::json),
        case
            when json_type(try_cast({{ object }} as json)) = 'OBJECT' then try_cast({{ object }} as json)
            else '{}'::json
        end
    ) as varchar), '{}')
{%- endmacro %}

{#
  Two flat JSON objects (text) as one; where both have a key the second one's value holds. Null where both are empty.
  Arguments: first, second.
#}
{% macro merged_objects(first, second) -%}
    {{ return(adapter.dispatch('merged_objects', 'ai_finops')(first, second)) }}
{%- endmacro %}

{% macro default__merged_objects(first, second) -%}
    nullif(cast(json_merge_patch(
        coalesce(try_cast({{ first }} as json), '{}'::json),
        coalesce(try_cast({{ second }} as json), '{}'::json)
    ) as varchar), '{}')
{%- endmacro %}

{% macro spark__merged_objects(first, second) -%}
    nullif(to_json(map_concat(
        map_filter(
            from_json(coalesce({{ first }}, '{}'), 'map<string,string>'),
            (k, v) -> not map_contains_key(from_json(coalesce({{ second }}, '{}'), 'map<string,string>'), k)
        ),
        from_json(coalesce({{ second }}, '{}'), 'map<string,string>')
    )), '{}')
{%- endmacro %}
