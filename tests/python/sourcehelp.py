"""What tests of single sources share: a home with sample files, control totals from core, and planted bad records."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse import query

from scripts.home import Home
from scripts.ingest import ensure_folders, ingest
from scripts.raw import write_empty
from scripts.sample.files import SampleFile

SEED = 7
FIRST_DAY = date(2026, 5, 4)
WINDOW = [FIRST_DAY + timedelta(days=offset) for offset in range(7)]


def new_home(folder: Path) -> Home:
    """An initialised home."""
    home = Home(folder / "home")
    ensure_folders(home)
    write_empty(home)
    return home


def land(home: Home, files: list[SampleFile]) -> None:
    """Ingest sample files, each as a batch of its own."""
    for number, file in enumerate(files):
        path = home.root.parent / "exports" / str(number) / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        ingest(home, file.source, file.stream, [path], file.tags, file.arrived_at)


def land_json(
    home: Home, source: str, stream: str, documents: list[Any], tags: dict[str, str], arrived: datetime
) -> None:
    """Ingest documents, one on a line."""
    folder = home.root.parent / "exports"
    folder.mkdir(exist_ok=True)
    path = folder / f"{source}_{stream}_{len(list(folder.iterdir()))}.json"
    path.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")
    ingest(home, source, stream, [path], tags, arrived)


def totals(home: Home, table: str, columns: list[str], where: str) -> dict[str, Any]:
    """Sums of columns over the rows of a table."""
    sums = ", ".join(f"sum({column})" for column in columns)
    [row] = query(home.root, f"select {sums} from {table} where {where}")
    return {
        column: int(value) if value is not None and value == int(value) else value
        for column, value in zip(columns, row, strict=True)
    }


def quarantined(home: Home, source: str, file: str = "%") -> dict[str, tuple[str, str]]:
    """Field and reason of quarantined records of files of that name (a pattern of `like`), by stream."""
    rows = query(
        home.root,
        "select stream, field, reason from ops.quarantine"
        f" where source = '{source}' and source_file like '{file}' order by all",
    )
    return {stream: (name, reason) for stream, name, reason in rows}


def gaps(home: Home) -> list[tuple[str, str, Decimal]]:
    """Conservation steps that do not balance."""
    return query(home.root, "select step, scope, gap from ops.conservation where gap <> 0")
