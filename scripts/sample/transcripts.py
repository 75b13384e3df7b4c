"""Claude Code sessions of the engineering team: messages, and the transcript lines that repeat them.

A transcript has one line per content block of a message. Lines of a message share its id; the output counter
grows from line to line, so only the maximum counts.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time

import numpy as np
import pandas as pd

from scripts.sample import company
from scripts.sample.company import HAIKU, OPUS, SONNET
from scripts.sample.draws import even, generator, hex_ids, lognormal, pick, uuids
from scripts.sample.files import SampleFile, iso, month_spans

SESSIONS_PER_WEEKDAY = 14
_MESSAGES = {8: 0.25, 12: 0.35, 16: 0.25, 22: 0.15}
_MODELS = {OPUS: 0.6, SONNET: 0.3, HAIKU: 0.1}
_REPEATED_MESSAGES = 120
_MOST_CACHE_READ = 170_000
"""Keeps every prompt below the long-context tier, which the sample's bills do not have."""

_DAY_MS = 86_400_000


def code_messages(seed: int, days: int, scale: float) -> pd.DataFrame:
    """One row per message: day, started_ms, session_id, message_id, model, disjoint token meters."""
    rng = generator(seed, 200)
    window = company.window(days)
    weekday = np.array([0.3 if day.weekday() >= 5 else 1.0 for day in window])
    expected = SESSIONS_PER_WEEKDAY * min(scale, 1.0) * weekday * np.exp(rng.normal(0, 0.03, days))
    sessions = np.maximum(np.rint(expected), 1).astype(int)
    session_day = np.repeat(np.arange(days), sessions)
    count = np.array(list(_MESSAGES))[pick(even(rng, session_day), list(_MESSAGES.values()))]
    session = np.repeat(np.arange(session_day.size), count)
    day = session_day[session]
    gap = rng.integers(6_000, 90_000, session.size)
    first = np.r_[True, session[1:] != session[:-1]]
    gap[first] = 0
    elapsed = np.cumsum(gap)
    elapsed -= np.repeat(elapsed[first], count)
    start = rng.integers(7 * 3_600_000, 19 * 3_600_000, session_day.size)[session]
    epoch_day = (window[0] - date(1970, 1, 1)).days
    noise = np.exp(rng.normal(0, 0.02, days))[day]
    model = np.array(list(_MODELS))[pick(even(rng, day), list(_MODELS.values()))]
    write = np.minimum(lognormal(even(rng, day), 3_000 * noise, 0.5), 20_000).astype(np.int64)
    read = np.minimum(lognormal(even(rng, day), 45_000 * noise, 0.4), _MOST_CACHE_READ).astype(np.int64)
    is_short = model == HAIKU
    return pd.DataFrame(
        {
            "day": day,
            "started_ms": (day + epoch_day) * _DAY_MS + start + elapsed,
            "session_id": np.array(uuids(rng, session_day.size))[session],
            "message_id": [f"msg_{text}" for text in hex_ids(rng, session.size, 24)],
            "request_id": [f"req_{text}" for text in hex_ids(rng, session.size, 24)],
            "model": model,
            "input_uncached_tokens": rng.integers(1, 60, session.size),
            "input_cache_read_tokens": read,
            "input_cache_write_short_tokens": np.where(is_short, write, 0),
            "input_cache_write_long_tokens": np.where(is_short, 0, write),
            "output_tokens": np.maximum(lognormal(even(rng, day), 620 * noise, 0.6), 2).astype(np.int64),
            "blocks": 1 + pick(even(rng, day), [0.3, 0.4, 0.2, 0.1]),
        }
    ).sort_values(["started_ms", "message_id"], kind="stable", ignore_index=True)


def transcript_files(seed: int, messages: pd.DataFrame, days: int) -> tuple[list[SampleFile], dict[str, int]]:
    """One file per month; some messages are repeated in the next file. Returns files and line counts."""
    rng = generator(seed, 201)
    window = company.window(days)
    files: list[SampleFile] = []
    truth = {"lines": 0, "messages": len(messages), "messages_in_two_files": 0}
    carried: list[str] = []
    identifiers = iter(uuids(rng, int(messages["blocks"].sum()) + 4 * _REPEATED_MESSAGES * 8))
    for begin, end in month_spans(window):
        inside = messages[(messages["day"] >= (begin - window[0]).days) & (messages["day"] < (end - window[0]).days)]
        lines = carried + [line for row in inside.itertuples() for line in _lines(row, identifiers)]
        last = inside.tail(_REPEATED_MESSAGES // 3)
        carried = [line for row in last.itertuples() for line in _lines(row, identifiers)]
        truth["lines"] += len(lines)
        if end <= window[-1]:
            truth["messages_in_two_files"] += len(last)
        arrived = min(datetime.combine(end, time(3)), company.AS_OF)
        files.append(
            SampleFile(
                "claude_code",
                "transcripts",
                f"claude_code_{begin:%Y-%m}.jsonl",
                arrived,
                ("\n".join(lines) + "\n").encode(),
                {
                    "account": company.ANTHROPIC_ACCOUNT,
                    "sub_account": company.CODE_WORKSPACE,
                    "team": "engineering",
                    "use_case": "code_assistant",
                    "product": "dev_portal",
                    "environment": "prod",
                },
            )
        )
    return files, truth


def _lines(row: object, identifiers: object) -> list[str]:
    """Lines of one message; the output counter reaches its final value on the last line."""
    final = int(row.output_tokens)
    result = []
    for block in range(row.blocks):
        output = final if block == row.blocks - 1 else min(final, 1 + block * final // (row.blocks + 1))
        result.append(
            f'{{"type":"assistant","timestamp":"{iso(row.started_ms + 350 * block)}",'
            f'"sessionId":"{row.session_id}",'
            f'"requestId":"{row.request_id}","uuid":"{next(identifiers)}",'
            f'"isSidechain":{json.dumps(row.model == HAIKU)},'
            f'"version":"2.1.47","message":{{"id":"{row.message_id}","model":"{company.REPORTED_NAME[row.model]}",'
            f'"role":"assistant","usage":{{"input_tokens":{row.input_uncached_tokens},"cache_creation_input_tokens":'
            f"{row.input_cache_write_short_tokens + row.input_cache_write_long_tokens},"
            f'"cache_read_input_tokens":{row.input_cache_read_tokens},"cache_creation":{{"ephemeral_5m_input_tokens":'
            f'{row.input_cache_write_short_tokens},"ephemeral_1h_input_tokens":{row.input_cache_write_long_tokens}}},'
            f'"output_tokens":{output},"service_tier":"standard"}}}}}}'
        )
    return result
