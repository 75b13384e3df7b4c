"""Anthropic's Claude Code report and analytics, each for an account of its own, since they tell the same use."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile
from scripts.sample.sources.gateways import Call, arrival, calls

CODE_ACCOUNT = "acme-claude-code"
ANALYTICS_ACCOUNT = "acme-claude-analytics"
PART = 790
MODELS = ("claude-opus-4-6", "claude-sonnet-4-6")
# token type of the cost analytics, counter of a call, cents per token
METERS = (
    ("uncached_input_tokens", "fresh", Decimal("0.0003")),
    ("cache_read_input_tokens", "cache_read", Decimal("0.00003")),
    ("cache_creation.ephemeral_5m_input_tokens", "cache_write", Decimal("0.000375")),
    ("output_tokens", "completion", Decimal("0.0015")),
)
DISCOUNT = Decimal("0.9")


def files(window: list[date], seed: int) -> list[SampleFile]:
    """The Claude Code report day by day, and one page each of usage and cost analytics, which know four hours less."""
    made = list(calls(window, seed, PART, per_day=4))
    code = [
        SampleFile(
            "anthropic",
            "claude_code_analytics",
            f"claude_code_{day}.json",
            arrival(window),
            _page([_actor(call) for call in made if call.at.date() == day]),
            {"account": CODE_ACCOUNT},
        )
        for day in window
    ]
    tags = {"account": ANALYTICS_ACCOUNT}
    known_until = f"{window[-1]}T20:00:00Z"
    usage = _page([_usage(call) for call in made], data_refreshed_at=known_until)
    cost = _page([row for call in made for row in _costs(call)], data_refreshed_at=known_until)
    return [
        *code,
        SampleFile(
            "anthropic",
            "analytics_usage",
            "usage.json",
            arrival(window),
            usage,
            {**tags, "group_by": "workspace_id,model,actor"},
        ),
        SampleFile(
            "anthropic",
            "analytics_cost",
            "cost.json",
            arrival(window),
            cost,
            {**tags, "group_by": "workspace_id,model,actor,token_type,product"},
        ),
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Tokens by meter (the same in both reports), requests, and USD: estimated, charged and at list."""
    made = list(calls(window, seed, PART, per_day=4))
    listed = sum((_list_cents(call) for call in made), Decimal(0)) / 100
    tokens = Counter[str]()
    for call in made:
        tokens.update(
            input_uncached_tokens=call.fresh,
            input_cache_read_tokens=call.cache_read,
            input_cache_write_short_tokens=call.cache_write,
            output_tokens=call.completion,
        )
    return {
        "tokens": dict(tokens),
        "requests": sum(10 + call.number for call in made),
        "code_usd": sum((Decimal(round(call.cost * 100)) for call in made), Decimal(0)) / 100,
        "list_usd": listed,
        "billed_usd": listed * DISCOUNT,
    }


def _page(data: list[dict[str, Any]], **other: str) -> bytes:
    return json.dumps({"data": data, "has_more": False, "next_page": None, **other}).encode()


def _actor(call: Call) -> dict[str, Any]:
    return {
        "date": f"{call.at:%Y-%m-%d}T00:00:00Z",
        "actor": {"type": "user_actor", "email_address": f"dev{call.number}@example.com"},
        "organization_id": "org-acme",
        "customer_type": "api",
        "subscription_type": None,
        "terminal_type": "vscode",
        "is_remote": False,
        "core_metrics": {
            "num_sessions": 2,
            "lines_of_code": {"added": 120, "removed": 40},
            "commits_by_claude_code": 3,
            "pull_requests_by_claude_code": 1,
        },
        "tool_actions": {"edit_tool": {"accepted": 4, "rejected": 1}},
        "model_breakdown": [
            {
                "model": MODELS[call.number % 2],
                "tokens": {
                    "input": call.fresh,
                    "output": call.completion,
                    "cache_read": call.cache_read,
                    "cache_creation": call.cache_write,
                },
                "estimated_cost": {"currency": "USD", "amount": round(call.cost * 100)},
            }
        ],
    }


def _group(call: Call) -> dict[str, Any]:
    return {
        "workspace_id": "wrkspc_tools",
        "model": MODELS[call.number % 2],
        "actor": {
            "type": "user_actor",
            "user_id": f"user_{call.number}",
            "email_address": f"p{call.number}@example.com",
        },
    }


def _bucket(call: Call) -> dict[str, str]:
    day = call.at.date()
    return {"starting_at": f"{day}T00:00:00Z", "ending_at": f"{day + timedelta(days=1)}T00:00:00Z"}


def _usage(call: Call) -> dict[str, Any]:
    return {
        **_bucket(call),
        "group": _group(call),
        "usage": {
            "uncached_input_tokens": call.fresh,
            "cache_creation": {"ephemeral_5m_input_tokens": call.cache_write, "ephemeral_1h_input_tokens": 0},
            "cache_read_input_tokens": call.cache_read,
            "output_tokens": call.completion,
            "total_tokens": call.prompt + call.completion,
            "requests": 10 + call.number,
            "server_tool_use": {"web_search_requests": 0},
        },
    }


def _list_cents(call: Call) -> Decimal:
    return sum((getattr(call, counter) * price for _, counter, price in METERS), Decimal(0))


def _costs(call: Call) -> list[dict[str, Any]]:
    return [
        {
            **_bucket(call),
            "group": {**_group(call), "cost_type": "tokens", "token_type": token_type, "product": "claude_code"},
            "cost": {
                "amount": str(getattr(call, counter) * price * DISCOUNT),
                "list_amount": str(getattr(call, counter) * price),
                "currency": "USD",
                "requests": None,
            },
        }
        for token_type, counter, price in METERS
    ]
