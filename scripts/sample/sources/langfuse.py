"""Langfuse blob exports: traces with nested observations that repeat usage, and scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from scripts.sample.draws import generator, hex_ids
from scripts.sample.files import SampleFile, json_lines

ACCOUNT = "acme-tracing"
TRACES_PER_DAY = 3


@dataclass
class _Export:
    """Records by stream, and what they must add up to."""

    traces: list[dict[str, Any]] = field(default_factory=list)
    observations: list[dict[str, Any]] = field(default_factory=list)
    scores: list[dict[str, Any]] = field(default_factory=list)
    totals: dict[str, Any] = field(default_factory=lambda: {"requests": 0, "tokens": {}, "cost_usd": Decimal(0)})

    def count(self, tokens: dict[str, int], cost: Decimal) -> None:
        """Add one call to the totals."""
        self.totals["requests"] += 1
        self.totals["cost_usd"] += cost
        for meter, value in tokens.items():
            self.totals["tokens"][meter] = self.totals["tokens"].get(meter, 0) + value


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One export of each stream over the window, the day after it ends."""
    export = _export(window, seed)
    arrived = datetime.combine(window[-1] + timedelta(days=1), time(4))
    parts = (("traces", export.traces), ("observations", export.observations), ("scores", export.scores))
    tags = {"account": ACCOUNT}
    return [
        SampleFile("langfuse", stream, f"{stream}.jsonl", arrived, json_lines(records), tags)
        for stream, records in parts
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Calls, tokens by meter and cost of the calls; traces, sessions and scores that count."""
    export = _export(window, seed)
    counted = [score for score in export.scores if score["data_type"] != "TEXT"]
    return {
        **export.totals,
        "observations": len(export.observations),
        "traces": len(export.traces),
        "scores": len(counted),
        "resolved": sum(int(score["value"]) for score in counted),
    }


def _export(window: list[date], seed: int) -> _Export:
    rng = generator(seed, 710)
    export = _Export()
    for day in window:
        for number in range(TRACES_PER_DAY):
            start = datetime.combine(day, time(9 + 4 * number)) + timedelta(seconds=int(rng.integers(0, 3000)))
            _trace(export, rng, start, number)
    return export


def _trace(export: _Export, rng: np.random.Generator, start: datetime, number: int) -> None:
    """An agent run: the agent repeats what its two calls used, and every third run has a call that fails."""
    trace_id, agent, tool, first, second, failed = hex_ids(rng, 6, 32)
    export.traces.append(
        {
            "id": trace_id,
            "timestamp": _iso(start),
            "name": "support-bot",
            "environment": "production",
            "project_id": "acme-langfuse",
            "user_id": f"agent{number}@example.com",
            "session_id": f"ZD-{start:%m%d}{number}",
            "tags": ["team:support", "bot"],
            "created_at": _iso(start),
            "updated_at": _iso(start + timedelta(minutes=1)),
        }
    )
    fresh, read, written, out = (
        int(rng.integers(low, high)) for low, high in ((400, 600), (300, 500), (80, 120), (40, 60))
    )
    claude_cost = _usd(fresh * 3 + read * 0.3 + written * 3.75 + out * 15)
    claude = {"input": fresh, "input_cached_tokens": read, "input_cache_creation": written, "output": out}
    claude["total"] = sum(claude.values())
    prompt, cached, completion, thinking = (
        int(rng.integers(low, high)) for low, high in ((900, 1100), (200, 300), (200, 300), (50, 150))
    )
    gpt_cost = _usd((prompt - cached) * 1.75 + cached * 0.175 + completion * 14)
    gpt = {
        "input": prompt,
        "prompt_details.cache_read": cached,
        "output": completion,
        "completion_details.reasoning": thinking,
        "total": prompt + completion,
    }
    whole = {
        "input": fresh + prompt,
        "output": out + completion,
        "total": fresh + prompt + out + completion,
    }
    common = {"trace_id": trace_id, "project_id": "acme-langfuse", "environment": "production"}
    export.observations += [
        {**common, **_step(agent, None, "AGENT", start, 30), "usage_details": whole, "cost_details": {}},
        {
            **common,
            **_step(first, agent, "GENERATION", start + timedelta(seconds=1), 4),
            "provided_model_name": "claude-sonnet-4-6",
            "usage_details": claude,
            "cost_details": {"total": float(claude_cost)},
            "total_cost": float(claude_cost),
        },
        {**common, **_step(tool, agent, "TOOL", start + timedelta(seconds=6), 1)},
        {
            **common,
            **_step(second, agent, "GENERATION", start + timedelta(seconds=8), 5),
            "provided_model_name": "gpt-5.2-2025-12-11",
            "usage_details": gpt,
            "cost_details": {"total": float(gpt_cost)},
            "total_cost": float(gpt_cost),
        },
    ]
    meters = {"input_uncached_tokens": fresh, "input_cache_read_tokens": read, "output_tokens": out}
    export.count({**meters, "input_cache_write_short_tokens": written}, claude_cost)
    meters = {"input_uncached_tokens": prompt - cached, "input_cache_read_tokens": cached, "output_tokens": completion}
    export.count(meters, gpt_cost)
    if number == TRACES_PER_DAY - 1:
        broken = _step(failed, agent, "GENERATION", start + timedelta(seconds=7), 1)
        export.observations.append({**common, **broken, "level": "ERROR", "provided_model_name": "gpt-5.2-2025-12-11"})
        export.count({}, Decimal(0))
    export.scores += [_score(rng, trace_id, None, start, "resolved", "BOOLEAN", value=int(number > 0))]
    export.scores += [_score(rng, trace_id, second, start, "note", "TEXT", string_value="reads well")]


def _step(identifier: str, parent: str | None, kind: str, start: datetime, seconds: int) -> dict[str, Any]:
    end = start + timedelta(seconds=seconds)
    return {
        "id": identifier[:16],
        "type": kind,
        "parent_observation_id": parent[:16] if parent else None,
        "start_time": _iso(start),
        "end_time": _iso(end),
        "level": "DEFAULT",
        "name": kind.lower(),
        "created_at": _iso(start),
        "updated_at": _iso(end),
    }


def _score(
    rng: np.random.Generator,
    trace_id: str,
    observation_id: str | None,
    start: datetime,
    name: str,
    data_type: str,
    **value: int | str,
) -> dict[str, Any]:
    return {
        "id": hex_ids(rng, 1, 32)[0],
        "timestamp": _iso(start + timedelta(hours=1)),
        "trace_id": trace_id,
        "observation_id": observation_id[:16] if observation_id else None,
        "name": name,
        "data_type": data_type,
        "source": "API",
        **value,
    }


def _usd(micro: float) -> Decimal:
    """Micro-dollars as USD, six decimals."""
    return Decimal(round(micro)).scaleb(-6)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
