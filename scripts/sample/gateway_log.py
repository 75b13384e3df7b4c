"""The gateway's spend log (LiteLLM) as JSON lines: exports, late files, duplicates, repeats."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd

from scripts.sample import company
from scripts.sample.draws import generator
from scripts.sample.files import SampleFile, iso

LATE_2_COUNT = 80
LATE_40_COUNT = 50
DUPLICATES_WITHIN = 60
DUPLICATES_ACROSS = 40
REPEATS_WITHIN = 20
REPEATS_ACROSS = 20
CONTRADICTING_TAGS = 30
_AGENT_TAG = "User-Agent: openai-python"
_CONTRADICTING = json.dumps(["team:sales", _AGENT_TAG])


@dataclass
class GatewayLog:
    """Files of the log and what was planted in them: request ids by kind, and the number of lines written."""

    files: list[SampleFile] = field(default_factory=list)
    planted: dict[str, list[str]] = field(default_factory=dict)
    lines: int = 0


def gateway_log(attempts: pd.DataFrame, seed: int, days: int) -> GatewayLog:
    """Write the attempts as log lines, in files by start time, with late, duplicate and repeated records."""
    rng = generator(seed, 400)
    window = company.window(days)
    ordered = attempts.sort_values(["started_ms", "request_id"], kind="stable", ignore_index=True)
    contradicting = _contradicting(rng, ordered)
    lines = _lines(ordered, contradicting)
    days_of = ordered["day"].to_numpy()
    plain = _plain_rows(ordered)
    late_2 = _choose(rng, plain & (days_of == _index(window, company.LATE_2_DAY)), LATE_2_COUNT)
    late_40 = _choose(rng, plain & (days_of == _index(window, company.LATE_40_DAY)), LATE_40_COUNT)
    is_late = np.zeros(len(ordered), dtype=bool)
    is_late[np.r_[late_2, late_40]] = True
    log = GatewayLog()
    spans = _half_months(window)
    span_of = np.searchsorted([(begin - window[0]).days for begin, _ in spans], days_of, side="right") - 1
    usable = plain & ~is_late & ~contradicting
    across = _choose(rng, usable & (span_of < len(spans) - 1), DUPLICATES_ACROSS + REPEATS_ACROSS)
    usable[across] = False
    within = _choose(rng, usable, DUPLICATES_WITHIN + REPEATS_WITHIN)
    extra = _Extras(across, within, ordered)
    for number, (_, end) in enumerate(spans):
        rows = np.flatnonzero((span_of == number) & ~is_late)
        name = f"spend_logs_{end - timedelta(days=1):%Y-%m-%d}.jsonl"
        _append(log, name, _arrival(end), extra.file(lines, rows, number, span_of))
    for name, rows, arrived in (
        ("spend_logs_late_2_days.jsonl", late_2, company.LATE_2_ARRIVED),
        ("spend_logs_late_40_days.jsonl", late_40, company.LATE_40_ARRIVED),
    ):
        if rows.size:
            _append(log, name, arrived, [lines[row] for row in rows])
    ids = ordered["request_id"].to_numpy()
    groups = {
        "late_2_days": late_2,
        "late_40_days": late_40,
        "duplicates_within_file": within[:DUPLICATES_WITHIN],
        "duplicates_across_files": across[:DUPLICATES_ACROSS],
        "repeats_within_file": within[DUPLICATES_WITHIN:],
        "repeats_across_files": across[DUPLICATES_ACROSS:],
        "contradicting_tags": np.flatnonzero(contradicting),
    }
    log.planted = {name: sorted(ids[rows].tolist()) for name, rows in groups.items()}
    return log


class _Extras:
    """Where duplicates and earlier versions of repeated records go."""

    def __init__(self, across: np.ndarray, within: np.ndarray, ordered: pd.DataFrame) -> None:
        self.duplicate_within = set(within[:DUPLICATES_WITHIN].tolist())
        self.repeat_within = set(within[DUPLICATES_WITHIN:].tolist())
        self.duplicate_across = across[:DUPLICATES_ACROSS]
        self.repeat_across = across[DUPLICATES_ACROSS:]
        early = sorted(self.repeat_within | set(self.repeat_across.tolist()))
        self.early = dict(
            zip(early, _lines(_early_version(ordered.iloc[early]), np.zeros(len(early), bool)), strict=True)
        )

    def file(self, lines: list[str], rows: np.ndarray, number: int, span_of: np.ndarray) -> list[str]:
        """Lines of one export: its records, then what the export before held, and final versions."""
        moved = set(self.repeat_across.tolist())
        result: list[str] = []
        for row in rows.tolist():
            if row in moved:
                result.append(self.early[row])
                continue
            if row in self.repeat_within:
                result.append(self.early[row])
            result.append(lines[row])
            if row in self.duplicate_within:
                result.append(lines[row])
        for group in (self.duplicate_across, self.repeat_across):
            result += [lines[row] for row in group if span_of[row] == number - 1]
        return result


def _append(log: GatewayLog, name: str, arrived: datetime, lines: list[str]) -> None:
    log.lines += len(lines)
    content = ("\n".join(lines) + "\n").encode()
    tags = {"source_system": company.SOURCE_SYSTEM}
    log.files.append(SampleFile("litellm", "spend_logs", name, arrived, content, tags))


def _arrival(end: date) -> datetime:
    return min(datetime.combine(end, time(2)), company.AS_OF)


def _index(window: list[date], day: date) -> int:
    return (day - window[0]).days


def _half_months(window: list[date]) -> list[tuple[date, date]]:
    """Half months as half-open spans; the last day of the window belongs to the span before it."""
    starts = [day for day in window if day.day in (1, 16) and (window[-1] - day).days >= 2]
    starts = sorted({window[0], *starts})
    return list(zip(starts, [*starts[1:], window[-1] + timedelta(days=1)], strict=True))


def _plain_rows(frame: pd.DataFrame) -> np.ndarray:
    """Rows of single-attempt successes, which planted records are chosen from."""
    simple = (frame["attempts"] == 1) & (frame["status"] == "success") & ~frame["is_cache_hit"]
    return (simple & (frame["alias"] == "gw-support-prod")).to_numpy()


def _contradicting(rng: np.random.Generator, frame: pd.DataFrame) -> np.ndarray:
    chosen = np.zeros(len(frame), dtype=bool)
    chosen[_choose(rng, _plain_rows(frame), CONTRADICTING_TAGS)] = True
    return chosen


def _choose(rng: np.random.Generator, mask: np.ndarray, count: int) -> np.ndarray:
    candidates = np.flatnonzero(mask)
    if not candidates.size:
        return candidates
    return rng.permutation(candidates)[: min(count, max(candidates.size // 4, 1))]


def _early_version(frame: pd.DataFrame) -> pd.DataFrame:
    """A record as first written, before the answer had ended: half the output, half the cost."""
    frame = frame.copy()
    frame["output_tokens"] //= 2
    frame["reasoning_tokens"] //= 2
    frame["list_cost"] = frame["list_cost"] / 2
    return frame


def _lines(frame: pd.DataFrame, contradicting: np.ndarray) -> list[str]:
    """One JSON line per row, keys as in LiteLLM_SpendLogs; no prompt, no answer."""
    heads = {alias: _Head(alias) for alias in frame["alias"].unique()}
    return [
        _line(row, heads[row.alias], contradicts)
        for row, contradicts in zip(frame.itertuples(index=False), contradicting.tolist(), strict=True)
    ]


class _Head:
    """Parts of a line that depend on the gateway key alone, as JSON text."""

    def __init__(self, alias: str) -> None:
        team = company.stream_by_alias(alias).team
        self.key = company.gateway_key(alias)
        self.alias = json.dumps(None if alias == "gw-unnamed" else alias)
        self.team = json.dumps(team)
        self.team_id = json.dumps(f"team_{team}" if team else None)
        self.tags = json.dumps([f"team:{team}", _AGENT_TAG] if team else [_AGENT_TAG])


def _line(row: Any, head: _Head, contradicts: bool) -> str:  # noqa: ANN401 - a row of itertuples
    read, write = row.input_cache_read_tokens, row.input_cache_write_short_tokens
    prompt, output = row.input_uncached_tokens + read + write, row.output_tokens
    started, ended = iso(row.started_ms), iso(row.ended_ms)
    retries = 0 if row.is_fallback else row.attempt - 1
    session = row.session_id
    if row.status == "success":
        reasoning = row.reasoning_tokens if row.provider == "openai" else "null"
        detail = (
            f'"usage_object":{{"prompt_tokens":{prompt},"completion_tokens":{output},'
            f'"total_tokens":{prompt + output},'
            f'"completion_tokens_details":{{"reasoning_tokens":{reasoning}}}}},'
            f'"additional_usage_values":{{"cache_read_input_tokens":{read},"cache_creation_input_tokens":{write}}}'
        )
    else:
        detail = '"error_information":{"error_code":"503","error_class":"ServiceUnavailableError"}'
    if session.startswith("ZD-"):
        detail += f',"spend_logs_metadata":{{"ticket_id":"{session}"}}'
    return (
        f'{{"request_id":"{row.request_id}","call_type":"acompletion","api_key":"{head.key}",'
        f'"spend":{row.list_cost!r},"total_tokens":{prompt + output},"prompt_tokens":{prompt},'
        f'"completion_tokens":{output},"startTime":"{started}","endTime":"{ended}",'
        f'"request_duration_ms":{row.ended_ms - row.started_ms},"model":"{row.model}",'
        f'"model_group":"{row.model_group}","custom_llm_provider":"{row.provider}","user":"service-{row.alias}",'
        f'"metadata":{{"user_api_key_alias":{head.alias},"user_api_key_team_alias":{head.team},'
        f'"attempted_retries":{retries},"attempted_fallbacks":{int(row.is_fallback)},{detail}}},'
        f'"cache_hit":"{row.is_cache_hit}","cache_key":"Cache OFF",'
        f'"request_tags":{_CONTRADICTING if contradicts else head.tags},"team_id":{head.team_id},'
        f'"session_id":"{session}","status":"{row.status}","litellm_call_id":"{row.call_id}"}}'
    )
