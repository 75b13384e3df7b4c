"""Helicone request logs: cache counters inside the prompt, or beside it for Anthropic."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile, json_lines
from scripts.sample.sources.gateways import Call, arrival, calls, zulu

ACCOUNT = "acme-helicone"
PART = 750


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One file of requests over the window."""
    records = [_request(call) for call in calls(window, seed, PART)]
    tags = {"account": ACCOUNT}
    return [SampleFile("helicone", "requests", "requests.jsonl", arrival(window), json_lines(records), tags)]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Calls, tokens by meter, Helicone's estimate of cost, failures."""
    made = list(calls(window, seed, PART))
    return {
        "requests": len(made),
        "failures": sum(call.number == 4 for call in made),
        "cost_usd": sum((call.cost for call in made), Decimal(0)),
        "tokens": {
            "input_uncached_tokens": sum(call.fresh for call in made),
            "input_cache_read_tokens": sum(call.cache_read for call in made),
            "input_cache_write_short_tokens": sum(call.cache_write for call in made),
            "output_tokens": sum(call.completion for call in made),
        },
    }


def _request(call: Call) -> dict[str, Any]:
    is_beside = call.number % 2 == 1
    return {
        "request_id": call.id,
        "response_id": call.id[::-1],
        "request_created_at": zulu(call.at),
        "response_created_at": zulu(call.at + timedelta(milliseconds=call.milliseconds)),
        "response_status": 500 if call.number == 4 else 200,
        "request_model": "claude-sonnet-4-6" if is_beside else "gpt-5.2",
        "response_model": "claude-sonnet-4-6" if is_beside else "gpt-5.2-2025-12-11",
        "provider": "ANTHROPIC" if is_beside else "OPENAI",
        "request_user_id": f"user{call.number}@example.com",
        "request_properties": {"Helicone-Session-Id": f"s{call.at:%m%d}", "team": "marketing"},
        "delay_ms": call.milliseconds,
        "prompt_tokens": call.fresh if is_beside else call.prompt,
        "completion_tokens": call.completion,
        "total_tokens": call.prompt + call.completion,
        "prompt_cache_read_tokens": call.cache_read,
        "prompt_cache_write_tokens": call.cache_write,
        "cost": float(call.cost),
    }
