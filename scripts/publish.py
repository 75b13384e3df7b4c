"""Publish: copy the public tables of a green warehouse to serve/; readers always see one whole run."""

from __future__ import annotations

import logging
import os
import shutil
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from scripts.build import read_build_state
from scripts.errors import ChecksFailedError, ConfigError, LockHeldError
from scripts.home import Home

logger = logging.getLogger(__name__)

PUBLISHED_SCHEMAS = ("marts", "focus", "feeds", "ops")
PUBLISHED_CORE_TABLES = ("as_of", "fct_ai_charges")
RUN_TABLE = "published_run"
KEPT_RUNS = 3
# In a file named marts.duckdb a schema `marts` can't be addressed: DuckDB can't tell it from the database `marts` and
# refuses the name. So the marts stand in the default schema: `spend_daily` and `marts.spend_daily` both find them.
DUCKDB_SCHEMAS = {"marts": "main"}
# The oldest storage format of DuckDB 1.x: clients from 1.0 on can open the published file.
STORAGE_VERSION = "v1.0.0"


@dataclass(frozen=True)
class PublishResult:
    """One publication: run id, the build behind it, tables and rows copied, paths, seconds taken."""

    run_id: str
    build_id: str | None
    table_count: int
    row_count: int
    duckdb_path: str
    parquet_path: str
    elapsed_seconds: float

    def as_dict(self) -> dict[str, object]:
        """The same for --json."""
        return asdict(self)


def is_public(schema: str, table: str) -> bool:
    """Whether a table of the warehouse is published: marts, focus, feeds, ops, dims, as_of and charges."""
    if schema == "core":
        return table.startswith("dim_") or table in PUBLISHED_CORE_TABLES
    return schema in PUBLISHED_SCHEMAS


def published_file(home: Home) -> Path:
    """The DuckDB file that readers open."""
    return home.serve / "marts.duckdb"


def current_parquet(home: Home) -> Path:
    """Symlink to the Parquet folder of the newest published run."""
    return home.serve / "parquet" / "current"


def read_published_build(home: Home) -> str | None:
    """Id of the build that serve/ was published from; None where nothing usable is published."""
    path = published_file(home)
    if not path.exists() or not current_parquet(home).exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            row = connection.execute(f"select build_id from ops.{RUN_TABLE}").fetchone()
    except duckdb.Error:
        return None
    return row[0] if row else None


def publish(home: Home, *, now: datetime | None = None) -> PublishResult:
    """Copy the public tables into serve/ and swap them in together; the caller holds the lock.

    Writes serve/marts.duckdb and serve/parquet/<run_id>/<schema>/<table>.parquet (serve/parquet/current).
    Both are complete and on disk before the first swap; a reader that has either open keeps what it opened.
    `ops.published_run` names the run in both.
    Raises ConfigError without a warehouse, ChecksFailedError when its newest build is not a complete green
    one (serve/ then stays as it was), LockHeldError while another process writes the warehouse.
    """
    started = time.monotonic()
    published_at = now or datetime.now(UTC)
    if not home.warehouse.exists():
        raise ConfigError(f"there is no warehouse at {home.warehouse}: run `ai-finops build` first")
    (home.serve / "parquet").mkdir(parents=True, exist_ok=True)
    remove_unfinished(home)
    temporary_file = home.serve / "marts.duckdb.tmp"
    with duckdb.connect() as connection:
        attach_warehouse(connection, home.warehouse)
        build_id = require_green(connection)
        run_id = new_run_id(published_at, build_id)
        temporary_folder = home.serve / "parquet" / f".tmp-{run_id}"
        try:
            connection.execute(
                f"attach {literal(temporary_file)} as published (storage_version '{STORAGE_VERSION}')"
            )
            tables = public_tables(connection)
            row_count = copy_tables(connection, tables, temporary_folder)
            write_run_table(connection, temporary_folder, run_id, build_id, published_at)
            connection.execute("detach published")
        except BaseException:
            connection.close()
            remove_unfinished(home)
            raise
    finish_files(temporary_file, temporary_folder)
    swap_in(home, run_id, temporary_file, temporary_folder)
    prune_runs(home)
    return PublishResult(
        run_id=run_id,
        build_id=build_id,
        table_count=len(tables) + 1,
        row_count=row_count,
        duckdb_path=str(published_file(home)),
        parquet_path=str(home.serve / "parquet" / run_id),
        elapsed_seconds=round(time.monotonic() - started, 1),
    )


def attach_warehouse(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Attach the warehouse as `warehouse`, read-only. Raises LockHeldError while a writer has it open."""
    try:
        connection.execute(f"attach {literal(path)} as warehouse (read_only)")
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise LockHeldError(f"another process has {path} open for writing; wait for it to end") from error
        raise


def require_green(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Id of the warehouse's newest build; raises ChecksFailedError unless it was complete and green.

    A warehouse without that record (not made by this project's models) is taken as it is, with no id.
    """
    state = read_build_state(connection, "warehouse")
    if state is None:
        logger.warning("the warehouse does not say which build made it; publishing it as it is")
        return None
    if not state.is_green:
        raise ChecksFailedError("the newest build is not complete and green: serve/ keeps the last good run")
    return state.build_id


def new_run_id(published_at: datetime, build_id: str | None) -> str:
    """Name of the run, in order of time: UTC to the microsecond, then the start of the build's id."""
    suffix = (build_id or "nobuild").replace("-", "")[:8]
    return f"{published_at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{suffix}"


def public_tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """(schema, table) of everything to publish, in order of name; views count as tables."""
    rows = connection.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = 'warehouse' order by all"
    ).fetchall()
    return [(schema, table) for schema, table in rows if is_public(schema, table)]


def copy_tables(connection: duckdb.DuckDBPyConnection, tables: list[tuple[str, str]], folder: Path) -> int:
    """Copy each table into the attached file `published` and to Parquet in `folder`; returns rows copied."""
    row_count = 0
    for schema in sorted({schema for schema, _ in tables} | {"ops"}):
        connection.execute(f'create schema if not exists published."{DUCKDB_SCHEMAS.get(schema, schema)}"')
        (folder / schema).mkdir(parents=True)
    for schema, table in tables:
        target = f'published."{DUCKDB_SCHEMAS.get(schema, schema)}"."{table}"'
        row = connection.execute(f'create table {target} as from warehouse."{schema}"."{table}"').fetchone()
        row_count += row[0] if row else 0
        write_parquet(connection, target, folder / schema / f"{table}.parquet")
    return row_count


def write_parquet(connection: duckdb.DuckDBPyConnection, relation: str, path: Path) -> None:
    """Write one relation as one Parquet file."""
    connection.execute(f"copy (from {relation}) to {literal(path)} (format parquet, compression zstd)")


def write_run_table(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    run_id: str,
    build_id: str | None,
    published_at: datetime,
) -> None:
    """The one-row table that says which run all others are from; only it holds the time of publication."""
    relation = f'published."ops"."{RUN_TABLE}"'
    connection.execute(
        f"create table {relation} "
        "(run_id varchar, build_id varchar, published_at timestamp, data_as_of timestamp)"
    )
    try:
        row = connection.execute("select data_as_of from warehouse.core.as_of").fetchone()
    except duckdb.CatalogException:
        row = None
    connection.execute(
        f"insert into {relation} values (?, ?, ?, ?)",
        [run_id, build_id, published_at.astimezone(UTC).replace(tzinfo=None), row[0] if row else None],
    )
    write_parquet(connection, relation, folder / "ops" / f"{RUN_TABLE}.parquet")


def finish_files(file: Path, folder: Path) -> None:
    """Make the copies read-only and force them to disk."""
    leftover = wal_of(file)
    if leftover.exists():
        raise ChecksFailedError(f"{leftover} is left over: the published copy is not complete")
    file.chmod(0o444)
    for path in [file, *sorted(folder.rglob("*.parquet"))]:
        path.chmod(0o444)
        sync(path)
    for path in [*sorted(p for p in folder.rglob("*") if p.is_dir()), folder]:
        sync(path)


def swap_in(home: Home, run_id: str, file: Path, folder: Path) -> None:
    """Put both copies in place; nothing but renames, one right after the other."""
    parquet = home.serve / "parquet"
    folder.rename(parquet / run_id)
    link = parquet / ".tmp-current"
    link.symlink_to(run_id, target_is_directory=True)
    sync(parquet)
    # A log left by a client that once opened the old file would be replayed onto the new one.
    wal_of(published_file(home)).unlink(missing_ok=True)
    file.replace(published_file(home))
    link.replace(current_parquet(home))
    sync(parquet)
    sync(home.serve)


def prune_runs(home: Home) -> None:
    """Remove all but the newest Parquet runs; the current one always stays."""
    parquet = home.serve / "parquet"
    current = current_parquet(home).resolve()
    folders = (p for p in parquet.iterdir() if p.is_dir() and not p.is_symlink())
    runs = sorted(p for p in folders if not p.name.startswith("."))
    for path in runs[:-KEPT_RUNS]:
        if path != current:
            shutil.rmtree(path, ignore_errors=True)


def remove_unfinished(home: Home) -> None:
    """Remove what a publication that was cut short left behind."""
    temporary_file = home.serve / "marts.duckdb.tmp"
    temporary_file.unlink(missing_ok=True)
    wal_of(temporary_file).unlink(missing_ok=True)
    for path in (home.serve / "parquet").glob(".tmp-*"):
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path, ignore_errors=True)


def wal_of(path: Path) -> Path:
    """The write-ahead log that DuckDB keeps beside a file."""
    return path.with_name(path.name + ".wal")


def sync(path: Path) -> None:
    """Force a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def literal(path: Path) -> str:
    """A path as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"
