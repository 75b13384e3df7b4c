"""OTLP/JSON as the collector's file exporter writes it: one document per line, attributes as lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any


def attributes(pairs: dict[str, Any]) -> list[dict[str, Any]]:
    """A list of attributes; whole numbers are text, as protobuf's JSON has them."""
    return [{"key": key, "value": _value(value)} for key, value in pairs.items() if value is not None]


def nanos(moment: datetime) -> str:
    """Nanoseconds since 1970 as text, for a time in UTC."""
    elapsed = moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return str(elapsed // timedelta(microseconds=1) * 1000)


def document(kind: str, resource: dict[str, Any], records: list[dict[str, Any]]) -> dict[str, Any]:
    """One line of a file; kind is spans or logRecords."""
    outer, middle = {"spans": ("resourceSpans", "scopeSpans"), "logRecords": ("resourceLogs", "scopeLogs")}[kind]
    scope = {"scope": {"name": "acme.instrumentation", "version": "1.0"}, kind: records}
    return {outer: [{"resource": {"attributes": attributes(resource)}, middle: [scope]}]}


def _value(value: Any) -> dict[str, Any]:  # noqa: ANN401
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(item) for item in value]}}
    return {"stringValue": str(value)}
