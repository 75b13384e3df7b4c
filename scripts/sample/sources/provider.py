"""Single response bodies as a client may log them, in the shapes of four APIs."""

from __future__ import annotations

from datetime import date
from typing import Any

from scripts.sample.files import SampleFile, json_lines
from scripts.sample.sources.gateways import Call, arrival, calls, zulu

ACCOUNT = "acme-batch-jobs"
PART = 940


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One log of responses over the window."""
    records = [_response(call) for call in calls(window, seed, PART)]
    return [
        SampleFile(
            "provider", "responses", "responses.jsonl", arrival(window), json_lines(records), {"account": ACCOUNT}
        )
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Responses and tokens by meter; writes to cache are told by Anthropic only."""
    made = list(calls(window, seed, PART))
    claude = [call for call in made if call.number % 4 == 1]
    return {
        "requests": len(made),
        "tokens": {
            "input_uncached_tokens": sum(
                call.fresh if call in claude else call.prompt - call.cache_read for call in made
            ),
            "input_cache_read_tokens": sum(call.cache_read for call in made),
            "input_cache_write_short_tokens": sum(call.cache_write for call in claude),
            "output_tokens": sum(call.completion for call in made),
        },
    }


def _response(call: Call) -> dict[str, Any]:
    """The number of the call within its day decides the API."""
    provider, api, body = (_chat, _messages, _gemini, _responses)[call.number % 4](call)
    return {"response_id": call.id, "provider": provider, "api": api, "created_at": zulu(call.at), **body}


def _chat(call: Call) -> tuple[str, str, dict[str, Any]]:
    usage = {
        "prompt_tokens": call.prompt,
        "completion_tokens": call.completion,
        "total_tokens": call.prompt + call.completion,
        "prompt_tokens_details": {"cached_tokens": call.cache_read},
        "completion_tokens_details": {"reasoning_tokens": call.reasoning},
    }
    return "openai", "chat", {"model": "gpt-5.2", "usage": usage}


def _messages(call: Call) -> tuple[str, str, dict[str, Any]]:
    usage = {
        "input_tokens": call.fresh,
        "cache_read_input_tokens": call.cache_read,
        "cache_creation_input_tokens": call.cache_write,
        "output_tokens": call.completion,
    }
    return "anthropic", "messages", {"model": "claude-sonnet-4-5", "usage": usage}


def _gemini(call: Call) -> tuple[str, str, dict[str, Any]]:
    usage = {
        "promptTokenCount": call.prompt,
        "cachedContentTokenCount": call.cache_read,
        "candidatesTokenCount": call.completion - call.reasoning,
        "thoughtsTokenCount": call.reasoning,
        "totalTokenCount": call.prompt + call.completion,
    }
    return "google", "generate", {"modelVersion": "gemini-2.5-pro", "usageMetadata": usage}


def _responses(call: Call) -> tuple[str, str, dict[str, Any]]:
    usage = {
        "input_tokens": call.prompt,
        "input_tokens_details": {"cached_tokens": call.cache_read},
        "output_tokens": call.completion,
        "output_tokens_details": {"reasoning_tokens": call.reasoning},
        "total_tokens": call.prompt + call.completion,
    }
    return "openai", "responses", {"model": "gpt-5.2", "usage": usage}
