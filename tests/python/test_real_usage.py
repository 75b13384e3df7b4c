"""Four weeks of a real team's Claude Code usage, from landing to cost per landed commit, against its control totals."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import pytest
from exports import write_jsonl
from warehouse import SHARED, build, query, table_hashes

from scripts.home import Home
from scripts.ingest import ensure_folders, ingest
from scripts.raw import write_empty

DATA = SHARED / "data" / "claude_code_packmind"
OWNER = {"use_case": "context_evaluator", "team": "engineering", "environment": "dev"}

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"real data not at hand: {DATA.name}")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def message_checkpoints() -> dict[str, str]:
    """Checkpoint of each message: of the sessions whose file has it, the one created first (ties: smallest id)."""
    owner: dict[str, tuple[str, str]] = {}
    for session in rows("checkpoint_sessions.csv"):
        path = DATA / "transcripts" / f"{session['checkpoint_id']}_{session['session_index']}.jsonl"
        claim = (session["created_at"], session["checkpoint_id"])
        for line in path.read_text(encoding="utf-8").splitlines():
            message = json.loads(line)["message"]["id"]
            owner[message] = min(owner.get(message, claim), claim)
    return {message: checkpoint for message, (_, checkpoint) in owner.items()}


def landed_commits() -> list[dict[str, str]]:
    return [c for c in rows("commits.csv") if c["entire_checkpoint_ids"] and c["on_main"] == "True"]


@pytest.fixture(scope="module")
def expected() -> dict:
    return json.loads((DATA / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("real")
    home = Home(folder / "home")
    ensure_folders(home)
    write_empty(home)
    arrived = datetime(2026, 3, 3)
    ingest(home, "claude_code", "transcripts", [DATA / "transcripts"], OWNER, arrived)
    commits = landed_commits()
    outcomes = [
        {
            "outcome_id": commit["commit_sha"],
            "outcome_type": "landed_commit",
            "use_case": OWNER["use_case"],
            "occurred_at": commit["committed_at"],
            "status": "succeeded",
            "handled_by": "ai_assisted",
        }
        for commit in commits
    ]
    commits_of = defaultdict(list)
    for commit in commits:
        for checkpoint in commit["entire_checkpoint_ids"].split():
            commits_of[checkpoint].append(commit["commit_sha"])
    links = [
        {"outcome_id": commit, "request_id": message}
        for message, checkpoint in message_checkpoints().items()
        for commit in commits_of[checkpoint]
    ]
    ingest(home, "custom", "outcomes", [write_jsonl(folder / "commits.jsonl", outcomes)], {}, arrived)
    ingest(home, "custom", "links", [write_jsonl(folder / "links.jsonl", links)], {}, arrived)
    build(home.root)
    return home


def test_requests_and_list_cost_by_model_and_day(home: Home, expected: dict) -> None:
    totals = query(home.root, "select count(*), sum(list_cost_usd), sum(effective_cost_usd) from core.fct_ai_requests")
    assert totals == [(2870, Decimal("158.14314255"), Decimal("158.14314255"))]
    assert Decimal(expected["totals"]["max_per_message_usd"]) == totals[0][1]
    by_model = query(
        home.root,
        """select source_model, count(*), sum(list_cost_usd), sum(output_tokens), sum(input_cache_read_tokens)
        from core.fct_ai_requests group by 1""",
    )
    assert {model: tuple(rest) for model, *rest in by_model} == {
        model: (part["messages"], Decimal(part["usd"]), part["output_tokens"], part["cache_read_tokens"])
        for model, part in expected["totals"]["max_per_message_by_model"].items()
    }
    by_day = query(
        home.root, "select usage_date::varchar, count(*), sum(list_cost_usd) from core.fct_ai_requests group by 1"
    )
    assert {day: (count, cost) for day, count, cost in by_day} == {
        day: (part["messages"], Decimal(part["usd"])) for day, part in expected["max_per_message_by_day"].items()
    }


def test_cost_per_landed_commit_through_the_marts(home: Home, expected: dict) -> None:
    totals = expected["totals"]
    [(successes, linked_successes, loaded, linked, wip)] = query(
        home.root,
        """select sum(successful_count), sum(linked_successful_count), sum(loaded_cost_usd), sum(linked_cost_usd),
            sum(wip_cost_usd)
        from marts.cost_per_outcome_monthly where use_case = 'context_evaluator'""",
    )
    assert (successes, linked_successes) == (75, 70)
    assert abs(loaded / successes - Decimal(totals["usd_per_landed_commit"])) < Decimal("1e-8")
    assert abs(linked / linked_successes - Decimal(totals["usd_per_landed_commit_linked_only"])) < Decimal("1e-8")
    assert linked == Decimal(totals["linked_to_landed_commits_usd"])
    assert wip == 0


def test_months_divide_their_own_cost(home: Home) -> None:
    months = query(
        home.root,
        """select loaded_cost_per_outcome_usd, loaded_cost_usd, successful_count
        from marts.cost_per_outcome_monthly where use_case = 'context_evaluator' and successful_count > 0""",
    )
    assert months
    for unit, cost, count in months:
        assert abs(unit - cost / count) < Decimal("1e-9")


def test_nothing_is_lost(home: Home, expected: dict) -> None:
    assert query(home.root, "select distinct gap from ops.conservation") == [(0,)]
    landed = "select sum(landed_count) from ops.load_audit where stream = 'transcripts'"
    assert query(home.root, landed) == [(expected["totals"]["usage_lines"],)]


def test_estimates_are_not_billed(home: Home) -> None:
    assert query(home.root, "select sum(billed_cost_usd), min(cost_basis) from core.fct_ai_requests") == [
        (0, "list_estimated")
    ]
    assert query(home.root, "select sum(EffectiveCost), sum(BilledCost) from focus.focus_cost_and_usage") == [
        (Decimal("158.14314255"), 0)
    ]


def test_same_files_again_change_no_cost(home: Home) -> None:
    compared = ("core.fct_ai_charges", "marts.spend_daily", "core.bridge_request_outcomes", "core.fct_outcomes")
    before = table_hashes(home.root)
    ingest(home, "claude_code", "transcripts", [DATA / "transcripts"], OWNER, datetime(2026, 3, 3))
    build(home.root)
    after = table_hashes(home.root)
    assert [name for name in compared if before[name] != after[name]] == []
    assert query(home.root, "select count(*) from core.fct_ai_requests") == [(2870,)]
