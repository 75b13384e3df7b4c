"""The inbox: files dropped into landing/inbox/<source>/<stream>/[key=value/...]/, taken in by each run."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from scripts.errors import ConfigError, InputRefusedError
from scripts.home import Home
from scripts.ingest import IngestReport, ingest

logger = logging.getLogger(__name__)


@dataclass
class InboxReport:
    """What one pass over the inbox did: a report per group of files, and refused files with their reasons."""

    ingested: list[IngestReport] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def waiting_files(home: Home) -> list[Path]:
    """Files of the inbox in order of path; hidden ones, those in hidden folders and *.part are left alone."""
    if not home.inbox.is_dir():
        return []
    found = (p for p in home.inbox.rglob("*") if p.is_file() and p.suffix != ".part")
    return sorted(p for p in found if not any(s.startswith(".") for s in p.relative_to(home.inbox).parts))


def take_in(home: Home, *, arrived_at: datetime | None = None) -> InboxReport:
    """Ingest what waits, folder by folder; the caller holds the lock.

    A file leaves the inbox once its arrival is recorded (landing then holds its bytes). A refused file moves
    to landing/refused/ with its reason beside it, and the others go on.
    """
    report = InboxReport()
    for folder, group in groupby(waiting_files(home), key=lambda path: path.parent):
        files = list(group)
        try:
            source, stream, tags = address(folder.relative_to(home.inbox))
            result = ingest(home, source, stream, files, tags, arrived_at, locked=True)
        except (ConfigError, InputRefusedError) as error:
            reasons = dict.fromkeys((path.name for path in files), str(error))
        else:
            reasons = result.refused
            if result.batch_id:
                report.ingested.append(result)
        for path in files:
            name = path.relative_to(home.inbox).as_posix()
            if path.name in reasons:
                report.refused[name] = reasons[path.name]
                set_aside(home, path, reasons[path.name])
            else:
                path.unlink()
        logger.info("inbox %s: %d files", folder.relative_to(home.inbox), len(files))
    return report


def address(folder: Path) -> tuple[str, str, dict[str, str]]:
    """Source, stream and tags that a folder below the inbox names.

    Raises ConfigError for files that lie higher, and for folders below the stream that are no key=value.
    """
    if len(folder.parts) < 2:
        raise ConfigError("files wait in landing/inbox/<source>/<stream>/, not above it")
    source, stream, *rest = folder.parts
    tags = {}
    for part in rest:
        key, separator, value = part.partition("=")
        if not separator or not key:
            raise ConfigError(f"folder {part}: below the stream, folders are tags, named key=value")
        tags[key] = value
    return source, stream, tags


def set_aside(home: Home, path: Path, reason: str) -> Path:
    """Move a refused file to landing/refused/..., its reason beside it. Returns the new path."""
    relative = path.relative_to(home.inbox)
    folder = home.landing / "refused" / relative.parent
    folder.mkdir(parents=True, exist_ok=True)
    (home.landing / "refused").chmod(0o700)
    target = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{path.name}"
    target.with_name(target.name + ".reason.txt").write_text(reason + "\n", encoding="utf-8")
    path.rename(target)
    return target
