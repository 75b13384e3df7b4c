"""Real usage of a real team: 6,228 transcript lines of Claude Code, with the commits that came of them."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from exports import write_jsonl
from warehouse import SHARED, dbt, query, table_hashes

from scripts.home import Home
from scripts.ingest import ensure_folders, ingest
from scripts.raw import write_empty

DATA = SHARED / "data" / "claude_code_packmind"
TAGS = {"use_case": "context_evaluator", "team": "engineering"}
ARRIVED = datetime(2026, 3, 3, 6)
CANONICAL = {
    "claude-haiku-4-5-20251001": "claude-haiku-4-5",
    "claude-opus-4-6": "claude-opus-4-6",
    "claude-sonnet-4-6": "claude-sonnet-4-6",
}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"real data is not at {DATA}")


def expected() -> dict:
    """Control totals that came with the data."""
    return json.loads((DATA / "expected.json").read_text())


def rows_of(name: str) -> list[dict[str, str]]:
    """Rows of one of the data's CSV files."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def landed_commits() -> list[dict[str, str]]:
    """Commits on main that name a checkpoint."""
    return [row for row in rows_of("commits.csv") if row["on_main"] == "True" and row["entire_checkpoint_ids"]]


def checkpoint_of_message() -> dict[str, str]:
    """Message id -> the checkpoint that owns it: the first one whose session file has the message."""
    owner: dict[str, tuple[str, str]] = {}
    for session in rows_of("checkpoint_sessions.csv"):
        rank = (session["created_at"], session["checkpoint_id"])
        path = DATA / "transcripts" / f"{session['checkpoint_id']}_{session['session_index']}.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines():
            message = json.loads(line)["message"]["id"]
            owner[message] = min(owner.get(message, rank), rank)
    return {message: checkpoint for message, (_, checkpoint) in owner.items()}


def outcomes() -> list[dict]:
    """Each landed commit as a custom outcome."""
    return [
        {
            "outcome_id": commit["commit_sha"],
            "outcome_type": "landed_commit",
            "occurred_at": datetime.fromisoformat(commit["committed_at"]).astimezone(UTC).isoformat(),
            "status": "succeeded",
            "handled_by": "ai_assisted",
            **TAGS,
        }
        for commit in landed_commits()
    ]


def links() -> list[dict]:
    """Each message linked to the commits that name its checkpoint."""
    commits = defaultdict(list)
    for commit in landed_commits():
        for checkpoint in commit["entire_checkpoint_ids"].split():
            commits[checkpoint].append(commit["commit_sha"])
    return [
        {"outcome_id": commit, "request_id": message}
        for message, checkpoint in checkpoint_of_message().items()
        for commit in commits[checkpoint]
    ]


def land(home: Home) -> None:
    """The transcripts of the folder, as one batch."""
    report = ingest(home, "claude_code", "transcripts", [DATA / "transcripts"], TAGS, ARRIVED)
    assert (report.files, report.landed, report.quarantined, report.refused) == (110, 6228, 0, {})


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the transcripts, the commits and their links, built."""
    folder = tmp_path_factory.mktemp("real")
    home = Home(folder / "home")
    ensure_folders(home)
    write_empty(home)
    land(home)
    for stream, records in (("outcomes", outcomes()), ("links", links())):
        report = ingest(home, "custom", stream, [write_jsonl(folder / f"{stream}.jsonl", records)], {}, ARRIVED)
        assert report.raw == len(records)
    dbt(home.root, "build", "--exclude-resource-type", "unit_test")
    return home


def one(home: Home, sql: str) -> tuple:
    """The only row of a query."""
    (row,) = query(home.root, sql)
    return row


def test_each_message_counts_once_at_its_largest_counters(real: Home) -> None:
    totals = expected()["totals"]
    facts = one(
        real,
        "select count(*), sum(list_cost_usd), sum(effective_cost_usd), sum(output_tokens), count(distinct session_id)"
        " from core.fct_ai_requests",
    )
    cost = Decimal(totals["max_per_message_usd"])
    assert facts == (2870, cost, cost, totals["max_per_message_output_tokens"], totals["sessions"])
    assert cost == Decimal("158.14314255")
    assert one(real, "select sum(request_count), sum(list_cost_usd), sum(effective_cost_usd) from marts.spend_daily") == (
        2870,
        cost,
        cost,
    )


def test_split_by_model(real: Home) -> None:
    split = {
        CANONICAL[model]: (
            part["messages"],
            Decimal(part["usd"]),
            part["input_tokens"],
            part["cache_read_tokens"],
            part["cache_write_5m_tokens"],
            part["cache_write_1h_tokens"],
            part["output_tokens"],
        )
        for model, part in expected()["totals"]["max_per_message_by_model"].items()
    }
    core = query(
        real.root,
        "select model, count(*), sum(list_cost_usd), sum(input_uncached_tokens), sum(input_cache_read_tokens),"
        " sum(input_cache_write_short_tokens), sum(input_cache_write_long_tokens), sum(output_tokens)"
        " from core.fct_ai_requests group by model",
    )
    assert {row[0]: row[1:] for row in core} == split
    marts = query(
        real.root,
        "select model, sum(request_count), sum(list_cost_usd), sum(effective_cost_usd) from marts.spend_daily group by 1",
    )
    assert {row[0]: row[1:] for row in marts} == {key: (part[0], part[1], part[1]) for key, part in split.items()}


def test_split_by_day(real: Home) -> None:
    days = {day: (part["messages"], Decimal(part["usd"])) for day, part in expected()["max_per_message_by_day"].items()}
    for table, count in (("core.fct_ai_requests", "count(*)"), ("marts.spend_daily", "sum(request_count)")):
        found = query(real.root, f"select usage_date::varchar, {count}, sum(list_cost_usd) from {table} group by 1")
        assert {day: (requests, cost) for day, requests, cost in found} == days


def test_unit_costs_divide_the_same_money(real: Home) -> None:
    found = one(real, "select sum(effective_cost_usd), sum(tokens) from marts.token_unit_costs_daily")
    tokens = one(real, "select sum(total_tokens) from core.fct_ai_requests")
    assert found == (Decimal("158.14314255"), *tokens)


def test_cost_per_landed_commit(real: Home) -> None:
    totals = expected()["totals"]
    mart = query(
        real.root,
        "select sum(successful_count), sum(loaded_cost_usd), sum(linked_cost_usd),"
        " sum(linked_successful_count), sum(attempted_count)"
        " from marts.cost_per_outcome_monthly where use_case = 'context_evaluator' and outcome_type = 'landed_commit'",
    )
    ((landed, loaded, linked, linked_landed, attempted),) = mart
    assert (landed, linked_landed, attempted) == (75, 70, 75)
    assert loaded == Decimal(totals["max_per_message_usd"])
    assert linked == Decimal(totals["linked_to_landed_commits_usd"])
    assert round(loaded / landed, 8) == Decimal(totals["usd_per_landed_commit"])
    assert round(linked / linked_landed, 8) == Decimal(totals["usd_per_landed_commit_linked_only"])


def test_months_divide_their_own_cost(real: Home) -> None:
    rows = query(
        real.root,
        "select successful_count, loaded_cost_usd, loaded_cost_per_outcome_usd, linked_cost_usd,"
        " linked_successful_count, linked_cost_per_outcome_usd from marts.cost_per_outcome_monthly",
    )
    assert rows
    for landed, loaded, per_outcome, linked, linked_landed, linked_per_outcome in rows:
        assert abs(per_outcome - loaded / landed) < Decimal("1e-9") if landed else per_outcome is None
        assert abs(linked_per_outcome - linked / linked_landed) < Decimal("1e-9") if linked_landed else not linked


def test_nothing_is_lost_or_made(real: Home) -> None:
    steps = query(real.root, "select step, scope, quantity_in, quantity_out, gap from ops.conservation")
    assert steps
    assert [step for step in steps if step[-1] != 0] == []
    assert ("1_landed", "claude_code/transcripts", 6228) in [step[:3] for step in steps]


def test_the_same_folder_again_changes_no_fact(real: Home) -> None:
    before = table_hashes(real.root)
    land(real)
    dbt(real.root, "build", "--exclude-resource-type", "unit_test")
    after = table_hashes(real.root)
    # Columns that say when a record was last seen may move on; the arrival itself is audited in ops.
    changed = {name for name in before if before[name] != after[name] and not name.startswith("ops.")}
    assert changed == set()
