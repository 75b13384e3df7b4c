"""Portkey log exports: cost in cents, cache hits of the gateway, metadata of the caller."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile, json_lines
from scripts.sample.sources.gateways import Call, arrival, calls, zulu

ACCOUNT = "acme-portkey"
PART = 760


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One file of logs over the window."""
    records = [_log(call) for call in calls(window, seed, PART)]
    tags = {"account": ACCOUNT}
    return [SampleFile("portkey", "requests", "logs.jsonl", arrival(window), json_lines(records), tags)]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Calls, tokens, Portkey's estimate of cost, answers out of its cache."""
    made = list(calls(window, seed, PART))
    return {
        "requests": len(made),
        "cache_hits": sum(call.number == 0 for call in made),
        "cost_usd": sum((call.cost for call in made if call.number), Decimal(0)),
        "tokens": {
            "input_uncached_tokens": sum(call.prompt for call in made),
            "output_tokens": sum(call.completion for call in made),
        },
    }


def _log(call: Call) -> dict[str, Any]:
    return {
        "id": call.id,
        "trace_id": f"trace-{call.id}",
        "created_at": zulu(call.at),
        "ai_org": "openai",
        "ai_model": "gpt-5.2",
        "req_units": call.prompt,
        "res_units": call.completion,
        "total_units": call.prompt + call.completion,
        "cost": float(call.cost * 100) if call.number else 0,
        "cost_currency": "USD",
        "request_url": "https://api.openai.com/v1/chat/completions",
        "response_status_code": 200,
        "response_time": call.milliseconds,
        "is_success": 1,
        "cache_status": "MISS" if call.number else "HIT",
        "metadata": {"_user": f"user{call.number}@example.com", "team": "sales"},
    }
