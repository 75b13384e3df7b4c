"""What the generator hands on: files to land, in order of arrival."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any


@dataclass(frozen=True)
class SampleFile:
    """One file of one stream with the time at which it arrived (UTC) and the tags of its batch."""

    source: str
    stream: str
    name: str
    arrived_at: datetime
    content: bytes
    tags: dict[str, str] = field(default_factory=dict)


def json_lines(records: Iterable[dict[str, Any]]) -> bytes:
    """Records as JSON lines, keys in the order given."""
    return "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records).encode()


def month_spans(window: list[date]) -> list[tuple[date, date]]:
    """Calendar months of the window as half-open spans; a rest of under three days joins the month before."""
    spans: list[tuple[date, date]] = []
    for day in window:
        if spans and (day.day != 1 or (window[-1] - day).days < 2):
            spans[-1] = (spans[-1][0], day + timedelta(days=1))
        else:
            spans.append((day, day + timedelta(days=1)))
    return spans


def iso(milliseconds: int) -> str:
    """Milliseconds since the epoch as ISO 8601 in UTC, to the millisecond."""
    days, rest = divmod(milliseconds, 86_400_000)
    seconds, millis = divmod(rest, 1_000)
    return f"{_day_text(days)}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}Z"


@cache
def _day_text(days: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()
