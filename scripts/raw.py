"""Raw: typed Parquet per stream and batch, and the gate's own records (arrivals, quarantine, drift), all derived."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
from duckdb import DuckDBPyConnection

from scripts.declarations import AUDIT_COLUMNS, Stream, load_streams
from scripts.gate.batch import GateResult
from scripts.gate.readers import quote
from scripts.home import Home
from scripts.landing import Arrival

GATE_TABLES: dict[str, dict[str, str]] = {
    "arrivals": {
        "batch_id": "varchar",
        "load_seq": "bigint",
        "pull_id": "varchar",
        "source": "varchar",
        "stream": "varchar",
        "source_file": "varchar",
        "sha256": "varchar",
        "byte_count": "bigint",
        "scope": "varchar",
        "scope_key": "varchar",
        "tags": "varchar",
        "window_start_at": "timestamp",
        "window_end_at": "timestamp",
        "is_complete": "boolean",
        "arrived_at": "timestamp",
        "landed_count": "bigint",
        "raw_count": "bigint",
        "quarantined_count": "bigint",
        "duplicate_count": "bigint",
        "ignored_count": "bigint",
        "fields_seen": "varchar",
        "expectation_failures": "varchar",
    },
    "quarantine": {
        "batch_id": "varchar",
        "load_seq": "bigint",
        "source": "varchar",
        "stream": "varchar",
        "source_file": "varchar",
        "source_line": "bigint",
        "byte_offset": "bigint",
        "field": "varchar",
        "reason": "varchar",
        "arrived_at": "timestamp",
    },
    "drift": {
        "batch_id": "varchar",
        "load_seq": "bigint",
        "source": "varchar",
        "stream": "varchar",
        "field": "varchar",
        "drift": "varchar",
        "record_count": "bigint",
        "arrived_at": "timestamp",
    },
}


def stream_folder(home: Home, source: str, stream: str) -> Path:
    """Folder of a stream's raw files."""
    return home.raw / source / stream


def gate_folder(home: Home, table: str) -> Path:
    """Folder of one of the gate's own tables; the quarantine has a place of its own."""
    return home.quarantine / "records" if table == "quarantine" else home.raw / "landing" / table


def batch_file(folder: Path, loaded_date: date, batch_id: str) -> Path:
    """Parquet file of a batch in its partition."""
    return folder / f"loaded_date={loaded_date.isoformat()}" / f"{batch_id}.parquet"


def write_parquet(connection: DuckDBPyConnection, query: str, target: Path) -> None:
    """Run a query into a Parquet file that appears whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.tmp")
    connection.execute(f"copy ({query}) to {quote(str(temporary))} (format parquet, compression zstd)")
    os.replace(temporary, target)


def write_empty(home: Home) -> list[Path]:
    """Write the empty typed file of every stream and gate table, so that an unused source has zero rows.

    Existing files are rewritten, which follows a changed declaration. Returns the files.
    """
    connection = duckdb.connect()
    epoch = date(1970, 1, 1)
    tables = {stream_folder(home, s, t): stream.raw_columns() for (s, t), stream in load_streams().items()}
    tables |= {gate_folder(home, name): columns for name, columns in GATE_TABLES.items()}
    written = []
    for folder, columns in tables.items():
        target = batch_file(folder, epoch, "empty")
        nulls = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
        write_parquet(connection, f"select {nulls} where false", target)
        written.append(target)
    return written


def write_batch(home: Home, stream: Stream, entries: list[Arrival], result: GateResult, failures: str | None) -> None:
    """Write a gated batch: raw, quarantine and drift first, arrivals last, since they say that the batch exists."""
    connection = result.connection
    batch_id, loaded_date = entries[0].batch_id, entries[0].loaded_date
    columns = ", ".join(f'"{name}"' for name in stream.raw_columns())
    target = batch_file(stream_folder(home, stream.source, stream.stream), loaded_date, batch_id)
    order = "" if result.is_ordered else " order by _load_seq, _source_line"
    write_parquet(connection, f"select {columns} from checked_raw{order}", target)
    quarantine = [
        (
            batch_id, q.arrival.load_seq, stream.source, stream.stream, q.arrival.source_file, q.line, q.offset,
            q.field, q.reason, datetime.fromisoformat(q.arrival.arrived_at),
        )
        for q in result.quarantine
    ]  # fmt: skip
    _write_rows(home, connection, "quarantine", quarantine, loaded_date, batch_id)
    _write_rows(home, connection, "drift", _drift(home, stream, entries, result), loaded_date, batch_id)
    arrivals = [
        (
            e.batch_id, e.load_seq, e.pull_id, e.source, e.stream, e.source_file, e.sha256, e.byte_count,
            json.dumps(e.scope, sort_keys=True), e.scope_key, json.dumps(e.tags, sort_keys=True),
            e.window_start_at, e.window_end_at, c.is_complete, datetime.fromisoformat(e.arrived_at),
            c.landed, c.raw, c.quarantined, c.duplicate, c.ignored, json.dumps(result.fields_seen), failures,
        )
        for e in entries
        if (c := result.counts[e.load_seq])
    ]  # fmt: skip
    _write_rows(home, connection, "arrivals", arrivals, loaded_date, batch_id)


def _write_rows(
    home: Home, connection: DuckDBPyConnection, table: str, rows: list[tuple], loaded_date: date, batch_id: str
) -> None:
    target = batch_file(gate_folder(home, table), loaded_date, batch_id)
    if not rows:
        target.unlink(missing_ok=True)
        return
    columns = GATE_TABLES[table]
    connection.execute(
        "create or replace temp table gate_rows ("
        + ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        + ")"
    )
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    connection.register("gate_frame", frame)
    casts = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns.items())
    connection.execute(f"insert into gate_rows select {casts} from gate_frame")
    connection.unregister("gate_frame")
    write_parquet(connection, "select * from gate_rows", target)


def _drift(home: Home, stream: Stream, entries: list[Arrival], result: GateResult) -> list[tuple]:
    """New fields that the batch shows, and declared ones that the batch before it filled and this one does not."""
    last = entries[-1]
    moment = datetime.fromisoformat(last.arrived_at)
    head = (last.batch_id, last.load_seq, stream.source, stream.stream)
    rows = [(*head, name, "new", count, moment) for name, count in sorted(result.new_fields.items())]
    folder = gate_folder(home, "arrivals")
    if not any(folder.glob("*/*.parquet")):
        return rows
    before = result.connection.sql(
        f"""select fields_seen from read_parquet({quote(str(folder / "*/*.parquet"))})
        where source = {quote(stream.source)} and stream = {quote(stream.stream)}
            and load_seq < {entries[0].load_seq} and raw_count > 0
        order by load_seq desc limit 1"""
    ).fetchone()
    if before and any(c.raw for c in result.counts.values()):
        gone = sorted(set(json.loads(before[0])) - set(result.fields_seen))
        rows += [(*head, name, "vanished", 0, moment) for name in gone]
    return rows


def raw_column_types(stream: Stream) -> dict[str, str]:
    """Raw columns of a stream including the partition, with DuckDB types."""
    return {**stream.raw_columns(), "loaded_date": "date"}


__all__ = ["AUDIT_COLUMNS", "GATE_TABLES", "batch_file", "gate_folder", "stream_folder", "write_batch", "write_empty"]
