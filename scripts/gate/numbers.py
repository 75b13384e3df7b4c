"""JSON in Python with numbers kept as written: money must not pass through a double."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


class Literal(str):
    """A number, as its digits."""


_DECODER = json.JSONDecoder(parse_float=Literal, parse_int=Literal)


def parse_json(text: str) -> Any:  # noqa: ANN401
    """One JSON value. Raises ValueError."""
    return _DECODER.decode(text)


def parse_documents(text: str) -> Iterator[Any]:
    """JSON values written one after the other. Raises ValueError."""
    position, end = 0, len(text)
    while True:
        while position < end and text[position] in " \t\r\n":
            position += 1
        if position == end:
            return
        value, position = _DECODER.raw_decode(text, position)
        yield value


def dump_json(value: Any) -> str:  # noqa: ANN401
    """Compact JSON text with numbers as they came."""
    if isinstance(value, Literal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{dump_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump_json(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def exact_number(text: str, pointer: str) -> str | None:
    """Digits of the number at a JSON pointer of a record, as the record writes them; null where there is none."""
    value: Any = parse_json(text)
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(key)] if isinstance(value, list) else value[key]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    return str(value)
