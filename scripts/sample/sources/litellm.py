"""Tables of a second LiteLLM proxy whose single calls are not kept: daily spend, budgets and keys."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile, json_lines
from scripts.sample.sources.gateways import Call, arrival, calls, zulu

ACCOUNT = "acme-edge-gateway"
PART = 770
TEAMS = ("support", "sales", "risk")


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One export of each table."""
    arrived, tags = arrival(window), {"account": ACCOUNT}
    tables = (
        ("daily_spend", [_day(call) for call in calls(window, seed, PART)]),
        ("budgets", _budgets(window)),
        ("keys", _keys(window)),
    )
    return [SampleFile("litellm", name, f"{name}.jsonl", arrived, json_lines(rows), tags) for name, rows in tables]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Requests, tokens by meter and the gateway's estimate in the daily table; limits and keys."""
    made = list(calls(window, seed, PART))
    return {
        "rows": len(made),
        "requests": sum(10 + call.number for call in made),
        "cost_usd": sum((call.cost for call in made), Decimal(0)),
        "tokens": {
            "input_uncached_tokens": sum(call.fresh for call in made),
            "input_cache_read_tokens": sum(call.cache_read for call in made),
            "input_cache_write_short_tokens": sum(call.cache_write for call in made),
            "output_tokens": sum(call.completion for call in made),
        },
        "max_budget_usd": sum(Decimal(row["max_budget"]) for row in _budgets(window)),
        "keys": len(_keys(window)),
    }


def _token(number: int) -> str:
    return hashlib.sha256(f"edge-key-{number}".encode()).hexdigest()


def _day(call: Call) -> dict[str, Any]:
    return {
        "id": call.id,
        "user_id": f"user{call.number}@example.com",
        "date": f"{call.at:%Y-%m-%d}",
        "api_key": _token(call.number % len(TEAMS)),
        "model": "claude-sonnet-4-6",
        "model_group": "default",
        "custom_llm_provider": "anthropic",
        "endpoint": "/chat/completions",
        "prompt_tokens": call.prompt,
        "completion_tokens": call.completion,
        "cache_read_input_tokens": call.cache_read,
        "cache_creation_input_tokens": call.cache_write,
        "spend": float(call.cost),
        "api_requests": 10 + call.number,
        "successful_requests": 10,
        "failed_requests": call.number,
        "created_at": zulu(call.at),
        "updated_at": zulu(call.at),
    }


def _budgets(window: list[date]) -> list[dict[str, Any]]:
    teams = [
        {
            "budget_id": f"team:{team}",
            "scope": "team",
            "scope_id": team,
            "max_budget": 500 * (number + 1),
            "soft_budget": 400,
            "budget_duration": "30d",
            "spend": 12.5,
            "tpm_limit": 100_000,
            "created_at": f"{window[0]}T00:00:00Z",
        }
        for number, team in enumerate(TEAMS)
    ]
    return [*teams, {"budget_id": "end-users", "max_budget": 5, "budget_duration": "1d"}]


def _keys(window: list[date]) -> list[dict[str, Any]]:
    return [
        {
            "token": _token(number),
            "key_name": f"sk-...{number:04d}",
            "key_alias": f"edge-{team}",
            "models": ["claude-sonnet-4-6"] if number else [],
            "user_id": f"owner{number}@example.com",
            "team_id": team,
            "blocked": number == 2,
            "expires": "2027-01-01T00:00:00Z",
            "created_at": f"{window[0]}T00:00:00Z",
        }
        for number, team in enumerate(TEAMS)
    ]
