"""OpenTelemetry attribute lists as objects: declared keys by name, free ones as tags, everything else left behind."""

from __future__ import annotations

from typing import Any

from scripts.declarations import Field, Stream
from scripts.gate.scrub import MAX_TEXT, is_content_name, scrub_text

TAGS = "tags"
# First parts of names that the semantic conventions and instrumentations use: technical detail, people, or texts.
CONVENTIONS = frozenset(
    {
        *("gen_ai", "llm", "ai", "openinference", "traceloop", "langfuse", "langsmith", "input", "output", "otel"),
        *("http", "url", "net", "network", "server", "client", "rpc", "db", "messaging", "thread", "code", "process"),
        *("os", "host", "telemetry", "exception", "error", "user", "enduser", "user_agent", "k8s", "event"),
    }
)


def attribute_fields(stream: Stream) -> bool:
    """True when the stream declares a field of type attributes anywhere."""

    def has(fields: tuple[Field, ...]) -> bool:
        return any(item.type == "attributes" or has(item.fields) for item in fields)

    return has(stream.fields)


def name_attributes(item: Any, fields: tuple[Field, ...]) -> None:  # noqa: ANN401
    """Turn the attribute lists of an object into objects, in place; fields are those declared for it."""
    if not isinstance(item, dict):
        return
    for declared in fields:
        if declared.json_key not in item:
            continue
        value = item[declared.json_key]
        if declared.type == "attributes":
            item[declared.json_key] = _named(value, declared) if isinstance(value, list | dict) else None
        elif declared.fields:
            name_attributes(value, declared.fields)


def _named(value: list | dict, declared: Field) -> dict[str, Any]:
    """Declared attributes by name, and under `tags` those of no convention whose value is short."""
    pairs = _pairs(value)
    wanted = {item.json_key for item in declared.fields} - {TAGS}
    named = {key: pairs[key] for key in wanted if pairs.get(key) is not None}
    tags = {key: scrub_text(item) for key, item in pairs.items() if key not in wanted and _is_tag(key, item)}
    return {**named, TAGS: tags} if tags else named


def _is_tag(key: str, value: Any) -> bool:  # noqa: ANN401
    parts = key.split(".")
    if parts[0] in CONVENTIONS or any(is_content_name(part) for part in parts):
        return False
    return isinstance(value, bool | str) and len(str(value)) <= MAX_TEXT


def _pairs(value: list | dict) -> dict[str, Any]:
    """Attributes by key; a list of scalars stays a list, anything deeper is left out."""
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if not isinstance(item, dict | list)}
    pairs = [item for item in value if isinstance(item, dict) and isinstance(item.get("key"), str)]
    return {item["key"]: _scalar(item.get("value")) for item in pairs}


def _scalar(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, dict):
        return None
    for kind in ("stringValue", "intValue", "doubleValue", "boolValue"):
        if kind in value:
            return value[kind]
    values = value.get("arrayValue", {}).get("values") if isinstance(value.get("arrayValue"), dict) else None
    return [_scalar(item) for item in values] if isinstance(values, list) else None
