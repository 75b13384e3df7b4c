"""Claude Code's OpenTelemetry log events: API requests among events of other kinds."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.draws import generator, hex_ids
from scripts.sample.files import SampleFile, json_lines
from scripts.sample.otlp import attributes, document, nanos

ACCOUNT = "acme-code-otel"
REQUESTS_PER_DAY = 6
RESOURCE = {"service.name": "claude-code", "service.version": "2.3.1", "team": "engineering", "cost_center": "CC-410"}


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One file of log records per day; prompts of people are events too, without their text."""
    records = _events(window, seed)[0]
    return [
        SampleFile(
            "claude_code",
            "otel_events",
            f"logs_{day}.jsonl",
            datetime.combine(day + timedelta(days=1), time(3)),
            json_lines(document("logRecords", RESOURCE, [event]) for at, event in records if at.date() == day),
            {"account": ACCOUNT},
        )
        for day in window
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Requests, tokens by meter and the client's estimate of cost."""
    _, tokens, cost = _events(window, seed)
    return {"requests": len(window) * REQUESTS_PER_DAY, "tokens": dict(tokens), "cost_usd": cost}


def _events(window: list[date], seed: int) -> tuple[list[tuple[datetime, dict[str, Any]]], Counter[str], Decimal]:
    rng = generator(seed, 730)
    events: list[tuple[datetime, dict[str, Any]]] = []
    tokens, cost = Counter[str](), Decimal(0)
    for day in window:
        for number in range(REQUESTS_PER_DAY):
            at = datetime.combine(day, time(9 + number)) + timedelta(seconds=int(rng.integers(0, 3000)))
            fresh, read, written, out = (
                int(rng.integers(low, high)) for low, high in ((5, 50), (20_000, 40_000), (500, 1500), (200, 900))
            )
            micros = round(fresh * 3 + read * 0.3 + written * 3.75 + out * 15)
            session = {
                "session.id": f"code-{day:%m%d}-{number % 2}",
                "user.id": f"install{number % 3}",
                "user.email": f"dev{number % 3}@example.com",
                "organization.id": "org-acme",
                "terminal.type": "vscode",
            }
            request = {
                **session,
                "event.name": "api_request",
                "event.sequence": number + 1,
                "model": "claude-sonnet-4-6",
                "cost_usd": micros / 1_000_000,
                "duration_ms": int(rng.integers(2_000, 9_000)),
                "input_tokens": fresh,
                "output_tokens": out,
                "cache_read_tokens": read,
                "cache_creation_tokens": written,
                "request_id": "req_" + hex_ids(rng, 1, 24)[0],
                "speed": "normal",
            }
            prompt = {**session, "event.name": "user_prompt", "prompt_length": 40}
            events += [
                (at - timedelta(seconds=3), _record(at - timedelta(seconds=3), prompt)),
                (at, _record(at, request)),
            ]
            tokens.update(
                input_uncached_tokens=fresh,
                input_cache_read_tokens=read,
                input_cache_write_short_tokens=written,
                output_tokens=out,
            )
            cost += Decimal(micros).scaleb(-6)
    return events, tokens, cost


def _record(at: datetime, pairs: dict[str, Any]) -> dict[str, Any]:
    return {
        "timeUnixNano": nanos(at),
        "observedTimeUnixNano": nanos(at),
        "body": {"stringValue": f"claude_code.{pairs['event.name']}"},
        "attributes": attributes(pairs),
    }
