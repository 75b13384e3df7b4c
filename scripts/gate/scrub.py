"""Cleaning of JSON values: texts, prompts and undeclared e-mail addresses must not pass the gate."""

from __future__ import annotations

import json
import re
from typing import Any

from scripts.gate.numbers import Literal, dump_json, parse_json
from scripts.gate.people import hash_person, person_key

MAX_TEXT = 256  # characters; longer strings are text, not attributes
# Names that hold texts wherever they are, and those that do so only where nobody declared them.
TEXT_NAMES = frozenset(
    {
        *("content", "contents", "messages", "message_text", "prompt", "prompts", "completion", "completions"),
        *("input_text", "output_text", "request_body", "response_body", "system_prompt"),
    }
)
CONTENT_NAMES = TEXT_NAMES | frozenset(
    {
        *("message", "choices", "text", "body", "request", "requests", "response", "responses", "thinking"),
        *("input", "inputs", "output", "outputs", "system", "instructions", "arguments", "query", "question"),
        *("answer", "transcript", "snippet", "tool_input", "tool_output", "tool_result", "tool_use_result"),
    }
)
EMAIL = re.compile(r"[^\s@\"'<>]+@[^\s@\"'<>]+\.[^\s@\"'<>]+")


def is_content_name(name: str) -> bool:
    """True when a field of this name is taken to hold what people or models wrote."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() in CONTENT_NAMES


def clean_json(text: str, paths: str) -> str:
    """Text of a declared JSON field without the values at `paths` (JSON list of key lists) and without texts."""
    value = parse_json(text)
    for path in json.loads(paths):
        inner = value
        for key in path[:-1]:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if path and isinstance(inner, dict):
            inner.pop(path[-1], None)
    return dump_json(_without_texts(value))


def scrub_json(text: str) -> str:
    """JSON text without content fields, with long strings replaced by their length and addresses hashed."""
    try:
        value = parse_json(text)
    except ValueError:
        return json.dumps(_scrub_string(text), ensure_ascii=False)
    return dump_json(_scrub(value))


def _without_texts(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _without_texts(item) for key, item in value.items() if key.lower() not in TEXT_NAMES}
    return [_without_texts(item) for item in value] if isinstance(value, list) else value


def _scrub(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _scrub(item) for key, item in value.items() if not is_content_name(key)}
    if isinstance(value, list):
        return [_scrub(item) for item in value]
    return scrub_text(value)


def scrub_text(value: Any) -> Any:  # noqa: ANN401
    """A value that is kept as it is, but for addresses in a text, which are hashed."""
    return value if isinstance(value, Literal) or not isinstance(value, str) else _scrub_string(value)


def _scrub_string(text: str) -> str:
    if len(text) > MAX_TEXT:
        return f"<dropped: {len(text)} characters>"
    return EMAIL.sub(lambda match: hash_person(match[0], person_key()) or "", text)
