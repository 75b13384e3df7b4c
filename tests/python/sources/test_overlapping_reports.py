"""One report pulled in several groupings, or filtered, tells the same money and tokens again: they count once."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from exports import unix
from warehouse import query

from scripts.home import Home
from scripts.ingest import ingest

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


def land_exports(home: Home) -> None:
    folder = home.root.parent / "overlaps"
    folder.mkdir(exist_ok=True)
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
        tags = {"account": "acme-overlaps", "group_by": group_by} | ({"filters": filters} if filters else {})
        ingest(home, "openai", stream, [page(folder / f"{number}.json", results)], tags, ARRIVED)
    # another account of which only filtered pulls exist: they complement each other
    for project in ("a", "b"):
        tags = {"account": "acme-parts", "group_by": "line_item", "filters": f"project_ids={project}"}
        ingest(home, "openai", "costs", [page(folder / f"{project}.json", [cost("5", item, project)])], tags, ARRIVED)


def test_money_counts_once_at_the_finest_grouping(home: Home) -> None:
    rows = query(
        home.root,
        """select billing_account_id, sub_account_id, sum(billed_cost) from core.fct_ai_charges
        where billing_account_id = 'acme-overlaps' group by all order by all""",
    )
    assert rows == [("acme-overlaps", "a", Decimal(3)), ("acme-overlaps", "b", Decimal(4))]


def test_filtered_pulls_without_a_whole_one_add_up(home: Home) -> None:
    rows = query(home.root, "select sum(billed_cost) from core.fct_ai_charges where billing_account_id = 'acme-parts'")
    assert rows == [(Decimal(10),)]


def test_tokens_count_once_at_the_finest_grouping(home: Home) -> None:
    rows = query(
        home.root,
        """select sub_account_id, sum(total_tokens) from core.fct_ai_usage
        where billing_account_id = 'acme-overlaps' group by 1 order by 1""",
    )
    assert rows == [("a", 30), ("b", 40)]
