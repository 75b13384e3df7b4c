"""dbt alone, without the command line: with nothing landed, after a change of code, and for a part of the project."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from exports import spend_log, write_jsonl
from warehouse import build, dbt, query, warehouse_file

from scripts.home import Home
from scripts.ingest import ensure_folders, ingest
from scripts.raw import write_empty

LATENCIES = "select usage_date::varchar, latency_ms from core.fct_ai_requests order by 1"
PUBLIC = "('core', 'marts', 'focus', 'ops')"


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with nothing landed, built by dbt alone."""
    home = Home(tmp_path_factory.mktemp("empty"))
    ensure_folders(home)
    write_empty(home)
    dbt(home.root, "build")
    return home


def test_nothing_landed_gives_empty_marts_with_all_columns(empty_home: Home) -> None:
    tables = query(
        empty_home.root,
        f"select schema_name, table_name, column_count from duckdb_tables() where schema_name in {PUBLIC}",
    )
    names = {name for _, name, _ in tables}
    assert {"spend_daily", "cost_per_outcome_monthly", "focus_cost_and_usage", "conservation"} <= names
    for schema, name, column_count in tables:
        assert column_count > 1, name
        if schema == "marts":
            assert query(empty_home.root, f"select count(*) from {schema}.{name}") == [(0,)], name


def test_what_is_described_is_what_is_there(empty_home: Home) -> None:
    manifest = json.loads((empty_home.root / "target" / "manifest.json").read_text(encoding="utf-8"))
    described = {
        (node["schema"], node["alias"]): set(node["columns"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    actual: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in query(
        empty_home.root, "select table_schema, table_name, column_name from information_schema.columns"
    ):
        actual.setdefault((schema, table), set()).add(column)
    assert {
        f"{schema}.{table}": actual[schema, table] ^ columns
        for (schema, table), columns in described.items()
        if actual[schema, table] != columns
    } == {}


def test_part_of_a_build_leaves_arrivals_pending(empty_home: Home, tmp_path: Path) -> None:
    calls = [spend_log("one", datetime(2026, 3, 2, 12)), spend_log("two", datetime(2026, 3, 4, 12))]
    path = write_jsonl(tmp_path / "log.jsonl", calls)
    ingest(empty_home, "litellm", "spend_logs", [path], {"team": "support"}, datetime(2026, 3, 5))
    before = query(empty_home.root, "select count(*) from ops.completed")
    build(empty_home.root, "--select", "+fct_ai_requests", "completed", "--indirect-selection", "empty")
    assert query(empty_home.root, "select count(*) from ops.completed") == before
    assert query(empty_home.root, "select is_green from run_state.builds") == [(False,)]
    build(empty_home.root)
    assert query(empty_home.root, "select count(*) from ops.completed") == [(before[0][0] + 1,)]
    assert query(empty_home.root, "select is_green from run_state.builds") == [(True,)]
    assert query(empty_home.root, LATENCIES) == [("2026-03-02", 2000), ("2026-03-04", 2000)]


def test_changed_price_touches_its_days_and_no_other(empty_home: Home) -> None:
    # The applied copy of a price is made to differ from the seed: the next build re-prices the days of that price.
    with duckdb.connect(str(warehouse_file(empty_home.root))) as connection:
        connection.execute("update core.fct_ai_requests set latency_ms = -1")
        connection.execute(
            """update run_state.applied_seed_rows
            set row_hash = 'old', valid_from = date '2026-03-04', valid_to = date '2026-03-05'
            where seed_name = 'contract_prices'"""
        )
    build(empty_home.root)
    assert query(empty_home.root, LATENCIES) == [("2026-03-02", -1), ("2026-03-04", 2000)]


def test_changed_code_rebuilds_days_that_nothing_touches(empty_home: Home) -> None:
    assert query(empty_home.root, LATENCIES) == [("2026-03-02", -1), ("2026-03-04", 2000)]
    with duckdb.connect(str(warehouse_file(empty_home.root))) as connection:
        connection.execute("update run_state.model_versions set code_version = 'other'")
    build(empty_home.root)
    assert query(empty_home.root, LATENCIES) == [("2026-03-02", 2000), ("2026-03-04", 2000)]
