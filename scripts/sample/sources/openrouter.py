"""OpenRouter generations, one in five with an own key, for which only the fee is charged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile, json_lines
from scripts.sample.sources.gateways import Call, arrival, calls, zulu

ACCOUNT = "acme-openrouter"
PART = 740


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One file of generations over the window."""
    records = [_generation(call) for call in calls(window, seed, PART)]
    tags = {"account": ACCOUNT}
    return [SampleFile("openrouter", "generations", "generations.jsonl", arrival(window), json_lines(records), tags)]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Calls, native tokens by meter and what OpenRouter charged."""
    made = list(calls(window, seed, PART))
    return {
        "requests": len(made),
        "cost_usd": sum((_charged(call) for call in made), Decimal(0)),
        "tokens": {
            "input_uncached_tokens": sum(call.prompt - call.cache_read for call in made),
            "input_cache_read_tokens": sum(call.cache_read for call in made),
            "output_tokens": sum(call.completion for call in made),
            "output_reasoning_tokens": sum(call.reasoning for call in made),
        },
    }


def _charged(call: Call) -> Decimal:
    return call.cost if call.number else (call.cost / 20).quantize(Decimal("0.000001"))


def _generation(call: Call) -> dict[str, Any]:
    return {
        "id": f"gen-{call.id}",
        "created_at": zulu(call.at),
        "model": "anthropic/claude-sonnet-4.6",
        "provider_name": "Anthropic",
        "total_cost": float(_charged(call)),
        "usage": float(_charged(call)),
        "upstream_inference_cost": 0 if call.number else float(call.cost),
        "cache_discount": 0.001,
        "is_byok": call.number == 0,
        "tokens_prompt": call.prompt + 11,
        "tokens_completion": call.completion + 7,
        "native_tokens_prompt": call.prompt,
        "native_tokens_completion": call.completion,
        "native_tokens_reasoning": call.reasoning,
        "native_tokens_cached": call.cache_read,
        "generation_time": call.milliseconds,
        "external_user": f"seller{call.number}@example.com",
        "session_id": f"PROP-{call.at:%m%d}",
        "finish_reason": "stop",
    }
