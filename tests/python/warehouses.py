"""Small warehouses in the shape that publish and run expect, made without dbt."""

from __future__ import annotations

from pathlib import Path

import duckdb

from scripts.home import Home


def make_warehouse(home: Home, marker: int, *, is_green: bool | None = True, rows: int = 1000) -> str:
    """Write a warehouse whose tables all carry `marker`; returns the build id. is_green None: no record of builds."""
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    build_id = f"{marker:08d}-0000-0000-0000-000000000000"
    with duckdb.connect(str(home.warehouse)) as connection:
        for schema in ("marts", "ops", "core", "staging", "intermediate", "seeds", "run_state", "focus"):
            connection.execute(f"create schema if not exists {schema}")
        for table in (
            "marts.spend_daily",
            "ops.conservation",
            "focus.focus_cost_and_usage",
            "core.dim_models",
            "core.fct_ai_charges",
            "core.fct_ai_requests",
            "intermediate.int_x",
            "seeds.teams",
        ):
            connection.execute(f"create or replace table {table} as select {marker} as marker from range({rows})")
        connection.execute("create or replace view staging.stg_x as select 1 as a")
        connection.execute(
            "create or replace table core.as_of as select timestamp '2026-07-01' as data_as_of, "
            "timestamp '2026-07-01' as run_started_at"
        )
        connection.execute("create or replace table run_state.builds (run_id varchar, is_green boolean)")
        if is_green is None:
            connection.execute("drop table run_state.builds")
        else:
            connection.execute("insert into run_state.builds values (?, ?)", [build_id, is_green])
    return build_id


def published_tables(path: Path) -> set[str]:
    """schema.table names of a published DuckDB file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            f"{schema}.{table}"
            for schema, table in connection.execute(
                "select table_schema, table_name from information_schema.tables"
            ).fetchall()
        }
