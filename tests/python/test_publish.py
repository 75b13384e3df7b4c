from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from warehouses import make_warehouse, published_tables

from scripts import publish as publish_module
from scripts.errors import ChecksFailedError, ConfigError, LockHeldError
from scripts.home import Home
from scripts.publish import current_parquet, publish, published_file, read_published_build, wal_of

PUBLIC = {
    "main.spend_daily",
    "ops.conservation",
    "focus.focus_cost_and_usage",
    "core.dim_models",
    "core.as_of",
    "core.fct_ai_charges",
    "ops.published_run",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def query(home: Home, sql: str) -> list[tuple]:
    with duckdb.connect(str(published_file(home)), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_only_public_tables_are_published_in_both_forms(home: Home) -> None:
    build_id = make_warehouse(home, 1)
    result = publish(home)
    assert published_tables(published_file(home)) == PUBLIC
    files = {p.relative_to(current_parquet(home)).as_posix() for p in current_parquet(home).rglob("*.parquet")}
    assert files == {f"{name.replace('main.', 'marts.').replace('.', '/')}.parquet" for name in PUBLIC}
    assert result.table_count == len(PUBLIC)
    assert result.build_id == build_id == read_published_build(home)


def test_marts_answer_to_their_own_schema_name(home: Home) -> None:
    make_warehouse(home, 7)
    publish(home)
    assert query(home, "select max(marker) from marts.spend_daily") == [(7,)]
    assert query(home, "select max(marker) from spend_daily") == [(7,)]
    assert query(home, "select max(marker) from focus.focus_cost_and_usage") == [(7,)]


def test_run_table_is_the_same_in_both_forms(home: Home) -> None:
    make_warehouse(home, 1)
    result = publish(home)
    row = query(home, "from ops.published_run")
    assert row == duckdb.sql(f"from '{current_parquet(home)}/ops/published_run.parquet'").fetchall()
    assert row[0][0] == result.run_id == current_parquet(home).resolve().name
    assert row[0][3] == datetime(2026, 7, 1)


def test_files_are_read_only_and_nothing_temporary_stays(home: Home) -> None:
    make_warehouse(home, 1)
    publish(home)
    assert stat.S_IMODE(published_file(home).stat().st_mode) == 0o444
    names = {p.name for p in home.serve.iterdir()} | {p.name for p in (home.serve / "parquet").iterdir()}
    assert not [name for name in names if "tmp" in name or name.endswith(".wal")]


def test_published_file_opens_with_the_oldest_storage_version(home: Home) -> None:
    make_warehouse(home, 1)
    publish(home)
    tags = query(home, "select tags['storage_version'] from duckdb_databases() where database_name = 'marts'")
    assert tags == [("v1.0.0+",)]


def test_a_build_that_is_not_green_leaves_the_last_good_run(home: Home) -> None:
    make_warehouse(home, 1)
    first = publish(home)
    make_warehouse(home, 2, is_green=False)
    with pytest.raises(ChecksFailedError, match="last good run"):
        publish(home)
    assert query(home, "select max(marker) from spend_daily") == [(1,)]
    assert current_parquet(home).resolve().name == first.run_id


def test_a_warehouse_without_build_record_is_published(home: Home) -> None:
    make_warehouse(home, 1, is_green=None)
    assert publish(home).build_id is None


def test_no_warehouse_is_a_configuration_error(home: Home) -> None:
    with pytest.raises(ConfigError, match="ai-finops build"):
        publish(home)


def test_left_over_log_is_removed_before_the_swap(home: Home) -> None:
    make_warehouse(home, 1)
    publish(home)
    wal_of(published_file(home)).write_bytes(b"left by a client")
    make_warehouse(home, 2)
    publish(home)
    assert not wal_of(published_file(home)).exists()
    assert query(home, "select max(marker) from spend_daily") == [(2,)]


def test_a_publication_that_fails_half_way_changes_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    make_warehouse(home, 1)
    publish(home)
    make_warehouse(home, 2)

    def fail(*_args: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(publish_module, "write_run_table", fail)
        with pytest.raises(OSError, match="disk full"):
            publish(home)
    assert query(home, "select max(marker) from spend_daily") == [(1,)]
    assert not list((home.serve / "parquet").glob(".tmp-*"))
    publish(home)
    assert query(home, "select max(marker) from spend_daily") == [(2,)]


def test_rubble_of_a_killed_publication_is_cleared(home: Home) -> None:
    make_warehouse(home, 1)
    rubble = home.serve / "parquet" / ".tmp-20260101T000000000000Z-dead"
    (rubble / "marts").mkdir(parents=True)
    (home.serve / "marts.duckdb.tmp").write_bytes(b"half")
    (home.serve / "parquet" / ".tmp-current").symlink_to("nowhere")
    publish(home)
    assert not rubble.exists()
    assert query(home, "select count(*) from spend_daily") == [(1000,)]


def test_old_runs_are_pruned_but_never_the_current_one(home: Home) -> None:
    moment = datetime(2026, 7, 1, tzinfo=UTC)
    runs = []
    for number in range(5):
        make_warehouse(home, number)
        runs.append(publish(home, now=moment + timedelta(hours=number)).run_id)
    folders = {p.name for p in (home.serve / "parquet").iterdir() if not p.is_symlink()}
    assert folders == set(runs[-3:])
    # A clock that was set back makes the newest run sort first; it stays because it is the current one.
    make_warehouse(home, 9)
    back = publish(home, now=moment - timedelta(days=1)).run_id
    assert current_parquet(home).resolve().name == back
    assert (current_parquet(home) / "marts" / "spend_daily.parquet").exists()


def test_equal_builds_publish_equal_tables(home: Home) -> None:
    make_warehouse(home, 3)

    def contents() -> dict[str, bytes]:
        folder = current_parquet(home).resolve()
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.parquet")}

    publish(home)
    first = contents()
    publish(home)
    second = contents()
    assert {name for name in first if first[name] != second[name]} == {"ops/published_run.parquet"}


def test_a_warehouse_in_use_counts_as_a_held_lock(home: Home) -> None:
    make_warehouse(home, 1)
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:  # DuckDB locks the file against other processes, so the writer has to be one.
        connection = duckdb.connect(str(home.warehouse))
        os.write(write_end, b"x")
        os.read(os.pipe()[0], 1)
        connection.close()
        os._exit(0)
    try:
        os.read(read_end, 1)
        with pytest.raises(LockHeldError):
            publish(home)
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def test_the_swap_never_writes_into_a_file_that_readers_have_open(home: Home, tmp_path: Path) -> None:
    make_warehouse(home, 1)
    publish(home)
    opened, run = tmp_path / "opened.duckdb", current_parquet(home).resolve()
    opened.hardlink_to(published_file(home))
    before = opened.read_bytes()
    make_warehouse(home, 2)
    publish(home)
    assert opened.read_bytes() == before
    assert duckdb.sql(f"select max(marker) from '{run}/marts/spend_daily.parquet'").fetchone() == (1,)
