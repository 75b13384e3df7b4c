"""OpenTelemetry spans of two instrumented services: nested usage, and names of two generations of the conventions."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from scripts.sample.draws import generator, hex_ids
from scripts.sample.files import SampleFile, json_lines
from scripts.sample.otlp import attributes, document, nanos

ACCOUNT = "acme-otel"
RUNS_PER_DAY = 4
RESOURCE = {"service.name": "contract-bot", "deployment.environment.name": "prod", "team": "risk", "process.pid": 7}


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One file of spans per day, a document per agent run."""
    runs = _runs(window, seed)[0]
    return [
        SampleFile(
            "otel",
            "spans",
            f"spans_{day}.jsonl",
            datetime.combine(day + timedelta(days=1), time(3)),
            json_lines(document("spans", RESOURCE, spans) for start, spans in runs if start.date() == day),
            {"account": ACCOUNT},
        )
        for day in window
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Calls, spans, and tokens by meter of the calls."""
    runs, calls, tokens = _runs(window, seed)
    return {"requests": calls, "spans": sum(len(spans) for _, spans in runs), "tokens": dict(tokens)}


def _runs(window: list[date], seed: int) -> tuple[list[tuple[datetime, list[dict[str, Any]]]], int, Counter[str]]:
    rng = generator(seed, 720)
    runs: list[tuple[datetime, list[dict[str, Any]]]] = []
    calls, tokens = 0, Counter[str]()
    for day in window:
        for number in range(RUNS_PER_DAY):
            start = datetime.combine(day, time(8 + 3 * number)) + timedelta(seconds=int(rng.integers(0, 3000)))
            spans, used = _run(rng, start, number)
            runs.append((start, spans))
            calls += 2
            tokens.update(used)
    return runs, calls, tokens


def _run(rng: np.random.Generator, start: datetime, number: int) -> tuple[list[dict[str, Any]], Counter[str]]:
    """An agent that repeats the usage of its calls; a plain HTTP span stands between it and the first call."""
    (trace_id,) = hex_ids(rng, 1, 32)
    agent, http, first, second = hex_ids(rng, 4, 16)
    fresh, read, written, reasoning, out = (
        int(rng.integers(low, high)) for low, high in ((500, 700), (300, 500), (50, 100), (20, 40), (100, 200))
    )
    prompt, completion = int(rng.integers(800, 900)), int(rng.integers(60, 90))
    newest = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-5.2",
        "gen_ai.response.model": "gpt-5.2-2025-12-11",
        "gen_ai.response.id": f"resp_{first}",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": fresh + read + written,
        "gen_ai.usage.cache_read.input_tokens": read,
        "gen_ai.usage.cache_write.input_tokens": written,
        "gen_ai.usage.output_tokens": out,
        "gen_ai.usage.reasoning.output_tokens": reasoning,
        "gen_ai.conversation.id": f"CT-{start:%m%d}{number}",
        "openai.response.service_tier": "default",
        "user.id": f"lawyer{number}@example.com",
        "contract.type": "supplier",
    }
    older = {
        "gen_ai.operation.name": "chat",
        "gen_ai.system": "az.ai.openai",
        "gen_ai.request.model": "gpt-5-mini",
        "gen_ai.usage.prompt_tokens": prompt,
        "gen_ai.usage.completion_tokens": completion,
    }
    around = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "contract-reviewer",
        "gen_ai.usage.input_tokens": fresh + read + written + prompt,
        "gen_ai.usage.output_tokens": out + completion,
    }
    spans = [
        _span(trace_id, agent, "", "invoke_agent contract-reviewer", start, 20, around),
        _span(trace_id, http, agent, "POST", start + timedelta(seconds=1), 6, {"http.request.method": "POST"}),
        _span(trace_id, first, http, "chat gpt-5.2", start + timedelta(seconds=2), 4, newest),
        _span(trace_id, second, agent, "chat gpt-5-mini", start + timedelta(seconds=9), 3, older),
    ]
    return spans, Counter(
        {
            "input_uncached_tokens": fresh + prompt,
            "input_cache_read_tokens": read,
            "input_cache_write_short_tokens": written,
            "output_tokens": out + completion,
            "output_reasoning_tokens": reasoning,
        }
    )


def _span(
    trace_id: str, span_id: str, parent: str, name: str, start: datetime, seconds: int, pairs: dict[str, Any]
) -> dict[str, Any]:
    return {
        "traceId": trace_id,
        "spanId": span_id,
        "parentSpanId": parent,
        "name": name,
        "kind": 3,
        "startTimeUnixNano": nanos(start),
        "endTimeUnixNano": nanos(start + timedelta(seconds=seconds)),
        "attributes": attributes(pairs),
        "status": {"code": 0},
    }
