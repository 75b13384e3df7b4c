"""Gateway traffic: one row per attempt of a logical call, the truth that every other view is derived from."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from scripts.sample import company
from scripts.sample.company import EXPERIMENTAL, PROVIDER_OF, STREAMS, Stream
from scripts.sample.draws import IntArray, even, generator, hex_ids, lognormal, pick, uuids
from scripts.sample.prices import METERS, PriceList

DAY_MS = 86_400_000
RETRY_SHARE = 0.012
FALLBACK_SHARE = 0.008
LOST_SHARE = 0.004
_SESSION_NOISE = 0.045
_TOKEN_NOISE = 0.025
_LAST_HALF_HOUR_SHARE = 0.01


def gateway_attempts(seed: int, requests: int, days: int, prices: PriceList) -> pd.DataFrame:
    """One row per attempt, ordered by start time.

    Columns: alias, day (index of the UTC day of the start), started_ms and ended_ms (since the Unix epoch),
    model, provider, model_group, status, is_cache_hit, is_fallback, session_id, call_id, attempt, attempts,
    request_id, the disjoint token meters, reasoning_tokens (part of output), list_cost (float USD, 0 where
    nothing is billed).
    """
    window = company.window(days)
    scale = requests / _plain_requests(window)
    frames = [
        _stream_calls(generator(seed, 100 + number), stream, window, scale) for number, stream in enumerate(STREAMS)
    ]
    if company.RUNAWAY_DAY in window:
        frames.append(_runaway_calls(generator(seed, 190), window, scale))
    calls = pd.concat(frames, ignore_index=True).sort_values(["started_ms", "alias"], kind="stable")
    calls = calls.reset_index(drop=True)
    calls["session_id"] = _session_ids(generator(seed, 191), calls)
    attempts = _attempts(generator(seed, 192), calls)
    attempts["request_id"] = _request_ids(generator(seed, 193), attempts)
    attempts["day"] = attempts["started_ms"] // DAY_MS - _epoch_day(window[0])
    attempts = attempts[attempts["day"] < len(window)].reset_index(drop=True)
    attempts["list_cost"] = _list_cost(attempts, window, prices)
    return attempts


def _epoch_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _active_days(stream: Stream, window: list[date]) -> list[int]:
    return [i for i, day in enumerate(window) if stream.first_day is None or day >= stream.first_day]


def _day_factor(stream: Stream, day: date) -> float:
    midweek = (1.03, 1.02, 1.0, 0.99, 0.96, stream.weekend, stream.weekend * 0.95)[day.weekday()]
    if stream.alias == "gw-docs-prod" and day in company.DROP_DAYS:
        return midweek * company.DROP_FACTOR
    if stream.alias == "gw-docs-prod" and day == company.LOAD_TEST_DAY:
        return midweek * company.LOAD_TEST_FACTOR
    return midweek


def _token_factor(stream: Stream, day: date) -> float:
    if stream.alias == "gw-support-prod" and day == company.SPIKE_DAY:
        return company.SPIKE_FACTOR
    if stream.alias == "gw-sales-prod" and day >= company.PADDING_FROM:
        return company.PADDING_FACTOR
    return 1.0


def _plain_requests(window: list[date]) -> float:
    """Expected attempts of the window at scale 1."""
    total = 0.0
    for stream in STREAMS:
        calls = sum(number * share for number, share in stream.calls.items())
        total += calls * sum(stream.sessions * _day_factor(stream, window[i]) for i in _active_days(stream, window))
    return total * (1 + RETRY_SHARE + FALLBACK_SHARE + LOST_SHARE)


def _stream_calls(rng: np.random.Generator, stream: Stream, window: list[date], scale: float) -> pd.DataFrame:
    active = _active_days(stream, window)
    expected = np.array([stream.sessions * _day_factor(stream, window[i]) * scale for i in active])
    sessions = np.maximum(np.rint(expected * np.exp(rng.normal(0, _SESSION_NOISE, len(active)))), 1).astype(int)
    session_day = np.repeat(np.array(active, dtype=np.int64), sessions)
    numbers = list(stream.calls)
    calls = np.array(numbers)[pick(even(rng, session_day), list(stream.calls.values()))]
    session = np.repeat(np.arange(session_day.size), calls)
    day = session_day[session]
    count = session.size
    offset = np.clip(rng.exponential(45_000, count), 5_000, 240_000)
    first = np.r_[True, session[1:] != session[:-1]]
    offset[first] = 0
    elapsed = np.cumsum(offset)
    elapsed -= np.repeat(elapsed[first], calls)
    started = day * DAY_MS + _session_start(rng, session_day.size)[session] + elapsed.astype(np.int64)
    noise = np.exp(rng.normal(0, _TOKEN_NOISE, len(window)))
    factor = np.array([_token_factor(stream, d) for d in window]) * noise
    models = list(stream.models)
    model = np.array(models)[pick(even(rng, day), list(stream.models.values()))]
    return pd.DataFrame(
        {
            "alias": stream.alias,
            "session": session,
            "started_ms": started + _epoch_day(window[0]) * DAY_MS,
            "model": model,
            "is_cache_hit": even(rng, day) < stream.cache_hit_ratio,
            "fate": even(rng, day),
            "input_total": lognormal(even(rng, day), stream.input_mean * factor[day], 0.35),
            "output_total": lognormal(even(rng, day), stream.output_mean * factor[day], 0.4),
            "read_share": stream.read_ratio * (0.9 + 0.2 * even(rng, day)),
            "write_share": stream.write_ratio * (0.9 + 0.2 * even(rng, day)),
        }
    )


def _session_start(rng: np.random.Generator, count: int) -> IntArray:
    """Milliseconds into the day: working hours, and a few sessions that run over midnight."""
    start = rng.triangular(5 * 3_600_000, 12 * 3_600_000, 21 * 3_600_000, count)
    late = rng.random(count) < _LAST_HALF_HOUR_SHARE
    start[late] = rng.uniform(23.5 * 3_600_000, 24 * 3_600_000 - 1, int(late.sum()))
    return start.astype(np.int64)


def _runaway_calls(rng: np.random.Generator, window: list[date], scale: float) -> pd.DataFrame:
    """One agent session that calls on and on for five hours."""
    count = max(int(company.RUNAWAY_CALLS * min(scale, 1.0)), 40)
    group = np.zeros(count, dtype=np.int64)
    start = _epoch_day(company.RUNAWAY_DAY) * DAY_MS + 9 * 3_600_000
    return pd.DataFrame(
        {
            "alias": "gw-docs-dev",
            "session": -1,
            "started_ms": start + np.sort(rng.integers(0, 5 * 3_600_000, count)),
            "model": company.SONNET,
            "is_cache_hit": False,
            "fate": 1.0,
            "input_total": lognormal(even(rng, group), 30_000, 0.2),
            "output_total": lognormal(even(rng, group), 600, 0.3),
            "read_share": 0.0,
            "write_share": 0.0,
        }
    )


def _session_ids(rng: np.random.Generator, calls: pd.DataFrame) -> list[str]:
    """Ticket, document and proposal numbers in order of their start; random ids for the others."""
    names = calls["alias"] + "|" + calls["session"].astype(str)
    codes, unique = pd.factorize(names)
    random_ids = uuids(rng, len(unique))
    counters: dict[str, int] = {}
    ids: list[str] = []
    for number, name in enumerate(unique):
        prefix = company.stream_by_alias(name.split("|")[0]).session_prefix
        if name.endswith("|-1"):
            ids.append(f"agent-{random_ids[number][:12]}")
        elif prefix:
            counters[prefix] = counters.get(prefix, 10_000) + 1
            ids.append(f"{prefix}{counters[prefix]}")
        else:
            ids.append(random_ids[number])
    return [ids[code] for code in codes]


def _attempts(rng: np.random.Generator, calls: pd.DataFrame) -> pd.DataFrame:
    """Spread each logical call over its attempts: some are retried, fall back or fail for good."""
    has_fallback = np.array(
        [m in company.stream_by_alias(a).fallback for a, m in zip(calls["alias"], calls["model"], strict=True)]
    )
    fate = calls["fate"].to_numpy()
    stable = (calls["model"] == EXPERIMENTAL).to_numpy() | calls["is_cache_hit"].to_numpy()
    retried = ~stable & (fate < RETRY_SHARE)
    fell_back = ~stable & has_fallback & (fate >= RETRY_SHARE) & (fate < RETRY_SHARE + FALLBACK_SHARE)
    edge = RETRY_SHARE + FALLBACK_SHARE
    lost = ~stable & (fate >= edge) & (fate < edge + LOST_SHARE)
    twice = retried & (rng.random(len(calls)) < 0.2)
    count = np.where(twice, 3, np.where(retried | fell_back | lost, 2, 1))
    row = np.repeat(np.arange(len(calls)), count)
    frame = calls.iloc[row].reset_index(drop=True)
    frame["call_id"] = np.array(uuids(rng, len(calls)))[row]
    frame["attempts"] = count[row]
    frame["attempt"] = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count) + 1
    final = (frame["attempt"] == frame["attempts"]).to_numpy()
    frame["is_fallback"] = final & fell_back[row]
    frame["model_group"] = frame["model"]
    frame.loc[frame["is_fallback"], "model"] = [
        company.stream_by_alias(a).fallback[m]
        for a, m in frame.loc[frame["is_fallback"], ["alias", "model"]].itertuples(index=False)
    ]
    frame["provider"] = frame["model"].map(PROVIDER_OF)
    frame["status"] = np.where(final & ~lost[row], "success", "failure")
    _set_tokens(rng, frame)
    _set_times(rng, frame)
    return frame.drop(columns=["fate", "session", "input_total", "output_total", "read_share", "write_share"])


def _set_tokens(rng: np.random.Generator, frame: pd.DataFrame) -> None:
    success = (frame["status"] == "success").to_numpy()
    total = np.where(success, np.clip(np.rint(frame["input_total"]), 40, 180_000), 0).astype(np.int64)
    output = np.where(success, np.clip(np.rint(frame["output_total"]), 5, 16_000), 0).astype(np.int64)
    openai = (frame["provider"] == "openai").to_numpy()
    anthropic = (frame["provider"] == "anthropic").to_numpy()
    read = (total * frame["read_share"].to_numpy()).astype(np.int64)
    read = np.where(openai, read // 128 * 128, np.where(anthropic, read, 0))
    write = np.where(anthropic, (total * frame["write_share"].to_numpy()).astype(np.int64), 0)
    frame["input_uncached_tokens"] = total - read - write
    frame["input_cache_read_tokens"] = read
    frame["input_cache_write_short_tokens"] = write
    frame["input_cache_write_long_tokens"] = np.int64(0)
    frame["output_tokens"] = output
    share = 0.2 + 0.3 * rng.random(len(frame))
    frame["reasoning_tokens"] = np.where(openai, (output * share).astype(np.int64), 0)


def _set_times(rng: np.random.Generator, frame: pd.DataFrame) -> None:
    """Failed attempts end after one to eight seconds; the next attempt starts 300 ms later."""
    failed = (frame["status"] == "failure").to_numpy()
    work = 400 + 6.5 * frame["output_tokens"].to_numpy() * np.exp(rng.normal(0, 0.25, len(frame)))
    duration = np.where(failed, rng.integers(1_000, 8_000, len(frame)), work).astype(np.int64)
    duration = np.where(frame["is_cache_hit"], 12 + duration % 20, duration)
    wait = np.where(frame["attempt"] > 1, np.r_[0, duration[:-1]] + 300, 0)
    third = (frame["attempt"] == 3).to_numpy()
    wait[third] += wait[np.flatnonzero(third) - 1]
    frame["started_ms"] = frame["started_ms"].to_numpy() + wait
    frame["ended_ms"] = frame["started_ms"] + duration


def _request_ids(rng: np.random.Generator, frame: pd.DataFrame) -> list[str]:
    """Provider response ids; failures have the gateway's id, cache hits the id of the reused answer."""
    ids = hex_ids(rng, len(frame), 24)
    own = uuids(rng, len(frame))
    last_answer: dict[tuple[str, str], str] = {}
    result: list[str] = []
    columns = frame[["alias", "model", "provider", "status", "is_cache_hit", "ended_ms"]]
    for i, (alias, model, provider, status, hit, ended) in enumerate(columns.itertuples(index=False)):
        fresh = f"msg_{ids[i]}" if provider == "anthropic" else f"chatcmpl-{ids[i]}"
        if status == "failure":
            result.append(own[i])
        elif hit:
            result.append(f"{last_answer.get((alias, model), fresh)}_cache_hit{ended / 1000}")
        else:
            last_answer[alias, model] = fresh
            result.append(fresh)
    return result


def _list_cost(frame: pd.DataFrame, window: list[date], prices: PriceList) -> np.ndarray:
    """List price as the gateway computes it, float USD; 0 for failures, cache hits and unknown models."""
    cost = np.zeros(len(frame))
    billed = (frame["status"] == "success").to_numpy() & ~frame["is_cache_hit"].to_numpy()
    for model, provider in PROVIDER_OF.items():
        rows = billed & (frame["model"] == model).to_numpy()
        if not rows.any():
            continue
        for meter in METERS:
            by_day = np.array([float(prices.list_price(provider, model, meter, day) or 0) for day in window])
            cost[rows] += frame[meter].to_numpy()[rows] * by_day[frame["day"].to_numpy()[rows]]
    return cost
