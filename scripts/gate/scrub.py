"""What is kept of undeclared fields: their values, without anything that may be prompt or answer text."""

from __future__ import annotations

import json
from typing import Any

MAX_TEXT = 256
CONTENT_NAMES = frozenset(
    {
        "answer", "body", "choices", "completion", "completions", "content", "contents", "input", "inputs",
        "input_text", "message", "messages", "message_text", "output", "outputs", "output_text", "prompt", "prompts",
        "query", "request", "request_body", "response", "response_body", "system_prompt", "text", "thinking",
        "tool_input", "tool_result", "tooluseresult", "transcript",
    }
)  # fmt: skip


def scrub(value: Any) -> Any:  # noqa: ANN401
    """Value without content-like keys at any depth and with long text replaced by its length."""
    if isinstance(value, dict):
        return {k: scrub(v) for k, v in value.items() if k.lower() not in CONTENT_NAMES}
    if isinstance(value, list):
        return [scrub(item) for item in value]
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return f"<dropped: {len(value)} characters>"
    return value


def unknown_fields(
    record: str, known: dict[str, set[str]], content: set[str], prefix: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Unknown fields of a JSON record as {dotted path: value}, and extension fields (prefix) apart.

    `known` has the keys of each declared object level by dotted path ('' for the record); `content` dotted paths that
    are dropped. Values are scrubbed.
    """
    extra: dict[str, Any] = {}
    extension: dict[str, Any] = {}

    def walk(level: dict[str, Any], path: str) -> None:
        for key, value in level.items():
            dotted = f"{path}.{key}" if path else key
            if dotted in content:
                continue
            if key in known[path]:
                if dotted in known and isinstance(value, dict):
                    walk(value, dotted)
            elif prefix and not path and key.startswith(prefix):
                if value is not None:
                    extension[key] = scrub(value)
            elif key.lower() not in CONTENT_NAMES:
                extra[dotted] = scrub(value)

    parsed = json.loads(record)
    if isinstance(parsed, dict):
        walk(parsed, "")
    return extra, extension
