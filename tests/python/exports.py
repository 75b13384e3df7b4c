"""Small exports in the true shapes of providers, for tests that tell a story over several arrivals."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

KEY = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b"


def spend_log(
    request_id: str, started_at: datetime, prompt: int = 1000, completion: int = 100, **other: object
) -> dict:
    """One LiteLLM spend log of a successful OpenAI call."""
    end = started_at + timedelta(seconds=2)
    record = {
        "request_id": request_id,
        "call_type": "acompletion",
        "api_key": KEY,
        "spend": 0.0,
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "startTime": started_at.isoformat() + "Z",
        "endTime": end.isoformat() + "Z",
        "model": "gpt-5-mini",
        "model_group": "gpt-5-mini",
        "custom_llm_provider": "openai",
        "cache_hit": "False",
        "status": "success",
        "litellm_call_id": f"call-{request_id}",
        "session_id": f"session-{request_id}",
        "metadata": {"additional_usage_values": {"cache_read_input_tokens": 0}},
    }
    return {**record, **other}


def write_jsonl(path: Path, records: list[dict]) -> Path:
    """Records as JSON lines."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def unix(day: date) -> int:
    """Start of a UTC day in Unix seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def cost_page(path: Path, days: dict[date, list[tuple[str, str, int]]]) -> Path:
    """OpenAI cost report: per day the lines (line item, amount as text, tokens); an empty list is an empty bucket."""
    buckets = [
        {
            "object": "bucket",
            "start_time": unix(day),
            "end_time": unix(day + timedelta(days=1)),
            "results": [
                {
                    "object": "organization.costs.result",
                    "amount": {"value": amount, "currency": "usd"},
                    "line_item": item,
                    "project_id": None,
                    "api_key_id": None,
                    "quantity": tokens,
                    "quantity_unit": "tokens",
                }
                for item, amount, tokens in lines
            ],
        }
        for day, lines in days.items()
    ]
    path.write_text(json.dumps({"object": "page", "data": buckets, "has_more": False, "next_page": None}))
    return path
