"""One report pulled in several groupings, or filtered, tells the same money and tokens again: they count once."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from exports import unix
from warehouse import build, query

from scripts.home import Home
from scripts.ingest import ensure_folders, ingest
from scripts.raw import write_empty

DAY = date(2026, 3, 2)
ARRIVED = datetime(2026, 3, 9)


def page(path: Path, results: list[dict]) -> Path:
    bucket = {"start_time": unix(DAY), "end_time": unix(DAY + timedelta(days=1)), "results": results}
    path.write_text(json.dumps({"object": "page", "data": [bucket], "has_more": False}), encoding="utf-8")
    return path


def cost(amount: str, item: str | None, project: str | None) -> dict:
    return {"amount": {"value": amount, "currency": "usd"}, "line_item": item, "project_id": project}


def tokens(count: int, model: str | None, project: str | None) -> dict:
    return {"input_tokens": count, "output_tokens": 0, "num_model_requests": 1, "model": model, "project_id": project}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("overlaps")
    home = Home(folder / "home")
    ensure_folders(home)
    write_empty(home)
    item = "gpt-5-mini, input"
    pulls = {
        # the finest grouping came first and is believed, though a coarser one came later
        ("costs", "project_id,line_item", None): [cost("3", item, "a"), cost("4", item, "b")],
        ("costs", "line_item", None): [cost("7", item, None)],
        ("costs", "project_id", "project_ids=a"): [cost("3", None, "a")],
        ("usage_completions", "project_id,model", None): [tokens(30, "gpt-5-mini", "a"), tokens(40, "gpt-5-mini", "b")],
        ("usage_completions", "model", None): [tokens(70, "gpt-5-mini", None)],
    }
    for number, ((stream, group_by, filters), results) in enumerate(pulls.items()):
        tags = {"account": "acct", "group_by": group_by} | ({"filters": filters} if filters else {})
        ingest(home, "openai", stream, [page(folder / f"{number}.json", results)], tags, ARRIVED)
    # another account of which only filtered pulls exist: they complement each other
    for project in ("a", "b"):
        tags = {"account": "parts", "group_by": "line_item", "filters": f"project_ids={project}"}
        ingest(home, "openai", "costs", [page(folder / f"{project}.json", [cost("5", item, project)])], tags, ARRIVED)
    build(home.root)
    return home


def test_money_counts_once_at_the_finest_grouping(home: Home) -> None:
    rows = query(
        home.root,
        """select billing_account_id, sub_account_id, sum(billed_cost) from core.fct_ai_charges
        where billing_account_id = 'acct' group by all order by all""",
    )
    assert rows == [("acct", "a", Decimal(3)), ("acct", "b", Decimal(4))]


def test_filtered_pulls_without_a_whole_one_add_up(home: Home) -> None:
    rows = query(home.root, "select sum(billed_cost) from core.fct_ai_charges where billing_account_id = 'parts'")
    assert rows == [(Decimal(10),)]


def test_tokens_count_once_at_the_finest_grouping(home: Home) -> None:
    rows = query(home.root, "select sub_account_id, sum(total_tokens) from core.fct_ai_usage group by 1 order by 1")
    assert rows == [("a", 30), ("b", 40)]
