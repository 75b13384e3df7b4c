"""OpenAI's smaller usage reports: embeddings, images, audio, storage and tools of an account of their own."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from scripts.sample.draws import generator
from scripts.sample.files import SampleFile
from scripts.sample.sources.gateways import arrival

ACCOUNT = "acme-openai-tools"
PROJECTS = ("proj_search", "proj_studio")
# stream: name of the result, what it counts (column, unit in core, from, to), models, whether requests count
REPORTS: dict[str, tuple[str, tuple[str, str, int, int], tuple[str, ...], bool]] = {
    "usage_embeddings": (
        "embeddings", ("input_tokens", "input_uncached_tokens", 50_000, 60_000), ("text-embedding-3-small",), True
    ),
    "usage_moderations": (
        "moderations", ("input_tokens", "input_uncached_tokens", 8_000, 9_000), ("omni-moderation-latest",), True
    ),
    "usage_images": ("images", ("images", "images", 10, 20), ("gpt-image-1",), True),
    "usage_audio_speeches": ("audio_speeches", ("characters", "characters", 4_000, 5_000), ("tts-1",), True),
    "usage_audio_transcriptions": ("audio_transcriptions", ("seconds", "seconds", 600, 900), ("whisper-1",), True),
    "usage_vector_stores": ("vector_stores", ("usage_bytes", "vector_store_bytes", 10_000_000, 11_000_000), (), False),
    "usage_code_interpreter_sessions": (
        "code_interpreter_sessions", ("num_sessions", "code_interpreter_sessions", 3, 9), (), False
    ),
    "usage_file_searches": ("file_search_calls", ("num_requests", "file_search_requests", 20, 40), (), False),
    "usage_web_searches": ("web_search_calls", ("num_requests", "web_search_requests", 30, 50), ("gpt-5.2",), False),
}  # fmt: skip


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One page per report; the last day is an empty bucket."""
    tags = {"account": ACCOUNT, "group_by": "project_id,model"}
    return [
        SampleFile("openai", stream, f"{stream}.json", arrival(window), json.dumps(page).encode(), tags)
        for stream, page in _pages(window, seed).items()
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Input tokens and requests by stream, and units by name."""
    tokens, requests, units = Counter[str](), Counter[str](), Counter[str]()
    for stream, page in _pages(window, seed).items():
        _, (column, unit, *_), _, counts_requests = REPORTS[stream]
        for bucket in page["data"]:
            for result in bucket["results"]:
                (tokens if column == "input_tokens" else units)[stream if column == "input_tokens" else unit] += result[
                    column
                ]
                requests[stream] += result["num_model_requests"] if counts_requests else 0
    return {"tokens": dict(tokens), "requests": {k: v for k, v in requests.items() if v}, "units": dict(units)}


def _pages(window: list[date], seed: int) -> dict[str, dict[str, Any]]:
    rng = generator(seed, 780)
    pages = {}
    for stream, (name, (column, _, low, high), models, counts_requests) in REPORTS.items():
        buckets = []
        for day in window:
            start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
            results = [
                {
                    "object": f"organization.usage.{name}.result",
                    column: int(rng.integers(low, high)),
                    **({"num_model_requests": int(rng.integers(5, 25))} if counts_requests or models else {}),
                    "project_id": project,
                    **({"model": model} if model else {}),
                }
                for project in PROJECTS
                for model in models or (None,)
            ]
            end = start + int(timedelta(days=1).total_seconds())
            is_last = day == window[-1]
            bucket = {"object": "bucket", "start_time": start, "end_time": end, "results": [] if is_last else results}
            buckets.append(bucket)
        pages[stream] = {"object": "page", "data": buckets, "has_more": False, "next_page": None}
    return pages
