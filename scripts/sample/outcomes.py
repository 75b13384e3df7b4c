"""What came of the calls: tickets, documents, proposals, contracts, and pull requests with their sessions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd

from scripts.sample import company
from scripts.sample.draws import even, generator, hex_ids, pick
from scripts.sample.files import SampleFile, iso, json_lines, month_spans

DAY_MS = 86_400_000
TICKET_STATUS = {"succeeded": 0.86, "failed": 0.14}
REOPENED_SHARE = 0.05
OPEN_DAYS = 2
"""Tickets of the last days of the window are partly still open."""


def business_outcomes(attempts: pd.DataFrame, contracts: pd.DataFrame, seed: int, days: int) -> pd.DataFrame:
    """One row per reported state, ordered by `event_ms`; a reopened ticket has two."""
    window = company.window(days)
    frames = [
        _tickets(attempts, generator(seed, 500), window),
        _documents(attempts, generator(seed, 501), window),
        _proposals(attempts, generator(seed, 502)),
        _contracts(contracts, generator(seed, 503)),
    ]
    events = pd.concat(frames, ignore_index=True)
    end = (_epoch_day(window[-1]) + 1) * DAY_MS
    events = events[events["event_ms"] < end]
    return events.sort_values(["event_ms", "outcome_id"], kind="stable", ignore_index=True)


def latest_outcomes(events: pd.DataFrame) -> pd.DataFrame:
    """Latest state of each outcome, with the first reported closing status beside it."""
    closed = events[events["status"] != "open"]
    first = closed.groupby(["outcome_type", "outcome_id"])["status"].first().rename("first_status")
    latest = events.groupby(["outcome_type", "outcome_id"]).tail(1)
    return latest.merge(first.reset_index(), on=["outcome_type", "outcome_id"], how="left")


def outcome_files(events: pd.DataFrame, days: int) -> list[SampleFile]:
    """Monthly exports of the custom outcomes stream: the states that were reported in the month."""
    window = company.window(days)
    files = []
    for begin, end in month_spans(window):
        inside = events[
            (events["event_ms"] >= _epoch_day(begin) * DAY_MS) & (events["event_ms"] < _epoch_day(end) * DAY_MS)
        ]
        records = [_record(row) for row in inside.to_dict("records")]
        arrived = min(datetime.combine(end, time(4)), company.AS_OF)
        files.append(SampleFile("custom", "outcomes", f"outcomes_{begin:%Y-%m}.jsonl", arrived, json_lines(records)))
    return files


def _record(row: dict[str, Any]) -> dict[str, Any]:
    record = {
        "outcome_id": row["outcome_id"],
        "outcome_type": row["outcome_type"],
        "occurred_at": iso(row["occurred_ms"]),
        "status": row["status"],
        "use_case": row["use_case"],
        "started_at": iso(row["started_ms"]),
        "handled_by": row["handled_by"],
        "quality_score": row["quality_score"],
        "human_minutes": row["human_minutes"],
        "session_id": row["session_id"],
        "request_id": row["request_id"],
        "reverted_at": iso(row["event_ms"]) if row["status"] == "reverted" else None,
    }
    return {key: value for key, value in record.items() if value is not None and value == value}


def _epoch_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _sessions(attempts: pd.DataFrame, alias: str) -> pd.DataFrame:
    calls = attempts[attempts["alias"] == alias]
    calls = calls.assign(is_answer=(calls["status"] == "success").astype(int))
    grouped = calls.groupby("session_id", sort=True)
    frame = pd.DataFrame(
        {
            "started_ms": grouped["started_ms"].min(),
            "last_ms": grouped["ended_ms"].max(),
            "answers": grouped["is_answer"].sum(),
        }
    )
    return frame.reset_index().sort_values(["started_ms", "session_id"], ignore_index=True)


def _quality(rng: np.random.Generator, count: int) -> list[float]:
    return np.round(np.clip(rng.normal(0.86, 0.06, count), 0, 1), 4).tolist()


def _handled_by(rng: np.random.Generator, day: np.ndarray) -> list[str]:
    kinds = ("ai", "ai_assisted", "human")
    return [kinds[index] for index in pick(even(rng, day), [0.78, 0.17, 0.05])]


def _tickets(attempts: pd.DataFrame, rng: np.random.Generator, window: list[date]) -> pd.DataFrame:
    sessions = _sessions(attempts, "gw-support-prod")
    count = len(sessions)
    day = (sessions["last_ms"] // DAY_MS).to_numpy()
    solved = even(rng, day) < TICKET_STATUS["succeeded"]
    occurred = sessions["last_ms"].to_numpy() + rng.integers(60_000, 1_800_000, count)
    handled = _handled_by(rng, day)
    still_open = (day > _epoch_day(window[-1]) - OPEN_DAYS) & (rng.random(count) < 0.25)
    status = np.where(still_open, "open", np.where(solved & (sessions["answers"] > 0), "succeeded", "failed"))
    frame = pd.DataFrame(
        {
            "outcome_id": sessions["session_id"],
            "outcome_type": "ticket_resolved",
            "use_case": "support_assistant",
            "status": status,
            "started_ms": sessions["started_ms"],
            "occurred_ms": occurred,
            "event_ms": occurred,
            "handled_by": handled,
            "quality_score": _quality(rng, count),
            "human_minutes": np.where(np.array(handled) == "ai", 0.0, np.round(rng.uniform(2, 12, count), 1)),
            "session_id": sessions["session_id"],
            "request_id": None,
        }
    )
    reopened = frame[(status == "succeeded") & (even(rng, day) < REOPENED_SHARE)].copy()
    reopened["status"] = "reverted"
    reopened["event_ms"] = reopened["event_ms"] + rng.integers(DAY_MS // 2, 6 * DAY_MS, len(reopened))
    return pd.concat([frame, reopened], ignore_index=True)


def _documents(attempts: pd.DataFrame, rng: np.random.Generator, window: list[date]) -> pd.DataFrame:
    """One document per answered call; calls of the load test produce only the usual number."""
    calls = attempts[(attempts["alias"] == "gw-docs-prod") & (attempts["status"] == "success")]
    calls = calls.reset_index(drop=True)
    load_test = (calls["started_ms"] // DAY_MS == _epoch_day(company.LOAD_TEST_DAY)).to_numpy()
    keep = ~load_test | (rng.random(len(calls)) < 1 / company.LOAD_TEST_FACTOR)
    calls = calls[keep].reset_index(drop=True)
    day = (calls["started_ms"] // DAY_MS).to_numpy()
    occurred = calls["ended_ms"].to_numpy() + rng.integers(1_000, 20_000, len(calls))
    return pd.DataFrame(
        {
            "outcome_id": calls["session_id"],
            "outcome_type": "document_summarised",
            "use_case": "document_summaries",
            "status": np.where(even(rng, day) < 0.92, "succeeded", "failed"),
            "started_ms": calls["started_ms"],
            "occurred_ms": occurred,
            "event_ms": occurred,
            "handled_by": "ai",
            "quality_score": _quality(rng, len(calls)),
            "human_minutes": 0.0,
            "session_id": None,
            "request_id": calls["request_id"],
        }
    )


def _proposals(attempts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    sessions = _sessions(attempts, "gw-sales-prod")
    count = len(sessions)
    day = (sessions["last_ms"] // DAY_MS).to_numpy()
    occurred = sessions["last_ms"].to_numpy() + rng.integers(600_000, 7_200_000, count)
    return pd.DataFrame(
        {
            "outcome_id": sessions["session_id"],
            "outcome_type": "proposal_delivered",
            "use_case": "sales_proposals",
            "status": np.where((even(rng, day) < 0.85) & (sessions["answers"] > 0), "succeeded", "failed"),
            "started_ms": sessions["started_ms"],
            "occurred_ms": occurred,
            "event_ms": occurred,
            "handled_by": "ai_assisted",
            "quality_score": _quality(rng, count),
            "human_minutes": np.round(rng.uniform(10, 40, count), 1),
            "session_id": sessions["session_id"],
            "request_id": None,
        }
    )


def _contracts(requests: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    grouped = requests.groupby("session_id", sort=True)["started_ms"]
    frame = pd.DataFrame({"started_ms": grouped.min(), "last_ms": grouped.max()}).reset_index()
    frame = frame.sort_values(["started_ms", "session_id"], ignore_index=True)
    day = (frame["last_ms"] // DAY_MS).to_numpy()
    occurred = frame["last_ms"].to_numpy() + rng.integers(600_000, 3_600_000, len(frame))
    return pd.DataFrame(
        {
            "outcome_id": frame["session_id"],
            "outcome_type": "contract_reviewed",
            "use_case": "contract_review",
            "status": np.where(even(rng, day) < 0.9, "succeeded", "failed"),
            "started_ms": frame["started_ms"],
            "occurred_ms": occurred,
            "event_ms": occurred,
            "handled_by": "ai_assisted",
            "quality_score": _quality(rng, len(frame)),
            "human_minutes": np.round(rng.uniform(5, 20, len(frame)), 1),
            "session_id": frame["session_id"],
            "request_id": None,
        }
    )


def pull_requests(messages: pd.DataFrame, seed: int, days: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(pull requests, links): times of each pull request in ms (-1: not reached), and its sessions.

    Most coding sessions lead to a pull request; some share one. Most are merged, some are closed unmerged or
    stay open, and a few merged ones are reverted.
    """
    rng = generator(seed, 510)
    sessions = messages.groupby("session_id", sort=True)["started_ms"].agg(["min", "max"]).reset_index()
    sessions = sessions.sort_values(["min", "session_id"], ignore_index=True)
    day = (sessions["min"] // DAY_MS).to_numpy()
    leads = sessions[even(rng, day) < 0.7].reset_index(drop=True)
    joins_previous = rng.random(len(leads)) < 0.2
    joins_previous[0] = False
    number = np.cumsum(~joins_previous)
    links = pd.DataFrame({"number": 400 + number, "session_id": leads["session_id"]})
    created = leads.groupby(number)["max"].max().to_numpy() + 600_000
    count = created.size
    fate = rng.random(count)
    closed = created + rng.integers(2 * 3_600_000, 3 * DAY_MS, count)
    reverted = closed + rng.integers(DAY_MS, 10 * DAY_MS, count)
    end = (_epoch_day(company.window(days)[-1]) + 1) * DAY_MS
    closed = np.where((fate < 0.93) & (closed < end), closed, -1)
    merged = np.where(fate < 0.8, closed, -1)
    reverted = np.where((merged > 0) & (rng.random(count) < 0.06) & (reverted < end), reverted, -1)
    frame = pd.DataFrame(
        {
            "number": 400 + np.arange(1, count + 1),
            "created_ms": created,
            "closed_ms": closed,
            "merged_ms": merged,
            "reverted_ms": reverted,
            "sha": hex_ids(rng, count, 40),
            "author": [f"dev-{index:02d}" for index in rng.integers(1, 9, count)],
        }
    )
    return frame[frame["created_ms"] < end].reset_index(drop=True), links[links["number"] <= 400 + count]


def first_reported_status(frame: pd.DataFrame, days: int) -> pd.Series:
    """Status that the first export after the close of each pull request showed; null while it is open.

    A pull request that is merged and reverted before the next export was never reported as a success.
    """
    ends = np.array([_epoch_day(end) * DAY_MS for _, end in month_spans(company.window(days))])
    first_export = ends[np.minimum(np.searchsorted(ends, frame["closed_ms"], side="right"), len(ends) - 1)]
    status = pd.Series("failed", index=frame.index)
    status[frame["merged_ms"] >= 0] = "succeeded"
    status[(frame["reverted_ms"] >= 0) & (frame["reverted_ms"] < first_export)] = "reverted"
    return status.where(frame["closed_ms"] >= 0)


def pull_request_files(frame: pd.DataFrame, days: int) -> list[SampleFile]:
    """Monthly exports: each pull request that changed in the month, in its state at the end of it."""
    files = []
    for begin, end in month_spans(company.window(days)):
        start_ms, end_ms = _epoch_day(begin) * DAY_MS, _epoch_day(end) * DAY_MS
        records = []
        for row in frame.to_dict("records"):
            moments = [row[name] for name in ("created_ms", "closed_ms", "reverted_ms") if 0 <= row[name] < end_ms]
            if moments and max(moments) >= start_ms:
                records.append(_pull_request(row, end_ms, max(moments)))
        arrived = min(datetime.combine(end, time(4, 30)), company.AS_OF)
        files.append(
            SampleFile("github", "pull_requests", f"pull_requests_{begin:%Y-%m}.jsonl", arrived, json_lines(records))
        )
    return files


def _pull_request(row: dict[str, Any], end_ms: int, updated_ms: int) -> dict[str, Any]:
    """A pull request as the REST API lists it, with the time of a revert added by the extract."""
    number = row["number"]
    closed = 0 <= row["closed_ms"] < end_ms
    merged = 0 <= row["merged_ms"] < end_ms
    reverted = 0 <= row["reverted_ms"] < end_ms
    return {
        "id": 1_900_000_000 + number,
        "number": number,
        "state": "closed" if closed else "open",
        "draft": False,
        "user": {"login": row["author"]},
        "labels": [{"name": "reverted"}] if reverted else [],
        "created_at": _seconds(row["created_ms"]),
        "updated_at": _seconds(updated_ms),
        "closed_at": _seconds(row["closed_ms"]) if closed else None,
        "merged_at": _seconds(row["merged_ms"]) if merged else None,
        "reverted_at": _seconds(row["reverted_ms"]) if reverted else None,
        "merge_commit_sha": row["sha"] if merged else None,
        "base": {"ref": "main", "repo": {"full_name": company.REPOSITORY}},
        "head": {"ref": f"change-{number}"},
    }


def _seconds(milliseconds: int) -> str:
    return (datetime(1970, 1, 1) + timedelta(seconds=int(milliseconds) // 1000)).isoformat() + "Z"


def pull_request_id(number: int) -> str:
    """Outcome id of a pull request in links: repository and number."""
    return f"{company.REPOSITORY}#{number}"


def link_file(links: pd.DataFrame) -> SampleFile:
    """Links of pull requests to coding sessions, as the custom links stream takes them."""
    records = [
        {"outcome_id": pull_request_id(row.number), "session_id": row.session_id, "confidence": 1.0}
        for row in links.itertuples(index=False)
    ]
    return SampleFile("custom", "links", "pull_request_sessions.jsonl", company.AS_OF, json_lines(records))
