"""Helpers for tests of landing and gate: homes, files with planted faults, and what came out of them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from scripts.home import Home

ARRIVED = datetime(2026, 3, 2, 12)


def spend(request_id: str, **other: Any) -> dict[str, Any]:
    """A LiteLLM spend log that passes the gate, unless `other` breaks it; a value of ... takes the field out."""
    record = {
        "request_id": request_id,
        "spend": 0.002745,
        "prompt_tokens": 1000,
        "completion_tokens": 50,
        "total_tokens": 1050,
        "startTime": "2026-03-01T12:00:03.120Z",
        "endTime": "2026-03-01T12:00:04.400Z",
        "model": "claude-sonnet-4-5",
        "custom_llm_provider": "anthropic",
        "status": "success",
        **other,
    }
    return {key: value for key, value in record.items() if value is not ...}


def usage(request_id: str, **other: Any) -> dict[str, Any]:
    """A record of `custom usage` that passes the gate."""
    return {
        "request_id": request_id,
        "started_at": "2026-03-01T12:00:00Z",
        "provider": "acme",
        "model": "m-1",
        "output_tokens": 5,
        **other,
    }


def write_lines(path: Path, lines: list[dict[str, Any] | str]) -> Path:
    """JSON lines; a text is written as it is."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
    return path


def raw(home: Home, source: str, stream: str, columns: str = "*") -> list[dict[str, Any]]:
    """Rows of raw in order of arrival and line."""
    pattern = home.raw / source / stream / "*" / "*.parquet"
    return _rows(f"select {columns} from {_reader(pattern)} order by _load_seq, _source_line")


def gate_rows(home: Home, table: str) -> list[dict[str, Any]]:
    """Rows of arrivals, quarantine or drift."""
    folder = home.quarantine / "records" if table == "quarantine" else home.raw / "landing" / table
    return _rows(f"select * from {_reader(folder / '*' / '*.parquet')} order by all")


def content_of_raw(home: Home) -> dict[str, list[tuple]]:
    """Rows of every file that is derived from landing, by path."""
    found = {}
    for folder in (home.raw, home.quarantine):
        for path in sorted(folder.rglob("*.parquet")):
            with duckdb.connect() as connection:
                rows = connection.execute(f"select * from read_parquet('{path}', hive_partitioning=false)").fetchall()
            found[path.relative_to(home.root).as_posix()] = rows
    return found


def bytes_outside_landing(home: Home) -> bytes:
    """Everything below the home folder but landing: Parquet columns as text, other files as they are."""
    parts = []
    for path in sorted(home.root.rglob("*")):
        if path.is_dir() or path.is_relative_to(home.landing):
            continue
        parts.append(path.read_bytes())
        if path.suffix == ".parquet":
            with duckdb.connect() as connection:
                parts.append(repr(connection.execute(f"select * from '{path}'").fetchall()).encode())
    return b"\n".join(parts)


def _reader(pattern: Path) -> str:
    return f"read_parquet('{pattern}', union_by_name = true, hive_partitioning = true)"


def _rows(query: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        cursor = connection.execute(query)
        names = [item[0] for item in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
