"""Ingest: land files, gate them, write raw. The manifest is the truth; raw of a batch that lacks it is made again."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from scripts.declarations import Stream, find_stream
from scripts.errors import ConfigError
from scripts.expectations import as_text, failed_expectations
from scripts.gate.batch import Gate, GateResult
from scripts.home import Home
from scripts.landing import Arrival, arrivals, forget_objects, new_arrivals, write_manifest
from scripts.lock import acquire_lock
from scripts.raw import batch_file, gate_folder, write_batch, write_empty

logger = logging.getLogger(__name__)


@dataclass
class IngestReport:
    """Counts of one ingest, in records, and files refused with the reason of each."""

    source: str
    stream: str
    batch_id: str | None = None
    files: int = 0
    landed: int = 0
    raw: int = 0
    quarantined: int = 0
    duplicate: int = 0
    ignored: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def input_files(paths: Iterable[Path]) -> list[Path]:
    """Files named, and files of folders named, in order of name; hidden and partial (*.part) ones are left out.

    Raises ConfigError for a path that does not exist.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = (p for p in path.rglob("*") if p.is_file())
            files += sorted(p for p in found if not p.name.startswith(".") and p.suffix != ".part")
        elif path.is_file():
            files.append(path)
        else:
            raise ConfigError(f"no such file or folder: {path}")
    return files


def ingest(
    home: Home,
    source: str,
    stream_name: str,
    paths: Iterable[Path],
    tags: dict[str, str] | None = None,
    arrived_at: datetime | None = None,
    locked: bool = False,
    extra: dict[str, Any] | None = None,
) -> IngestReport:
    """Land files as one batch of a stream and make their raw. Good files load although others are refused.

    Batches that an ingest cut short left half made are made good first. `arrived_at` (UTC when naive) defaults to
    now. `locked` says that the caller holds the home's lock; `extra` goes into the manifest.
    """
    if not locked:
        with acquire_lock(home):
            return ingest(home, source, stream_name, paths, tags, arrived_at, locked=True, extra=extra)
    stream = find_stream(source, stream_name)
    files = input_files(paths)
    report = IngestReport(source, stream_name)
    if not files:
        return report
    moment = arrived_at or datetime.now(UTC)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    ensure_folders(home)
    if not batch_file(gate_folder(home, "arrivals"), date(1970, 1, 1), "empty").exists():
        write_empty(home)
    repair(home)
    entries = new_arrivals(home, source, stream_name, files, tags or {}, moment, extra=extra)
    result = Gate(home, stream).run(entries)
    for entry in entries:
        if entry.load_seq in result.refused:
            report.refused[entry.source_file] = result.refused[entry.load_seq]
    accepted = [entry for entry in entries if entry.load_seq not in result.refused]
    if not accepted:
        forget_objects(home, {entry.sha256 for entry in entries})
        return report
    failures = failed_expectations(stream, result)
    refusing = [item for item in failures if item["severity"] == "refuse"]
    if refusing:
        reason = f"expectation failed: {refusing[0]['expectation']} on {refusing[0]['column']}"
        report.refused.update({entry.source_file: f"{entry.source_file}: {reason}" for entry in accepted})
        forget_objects(home, {entry.sha256 for entry in entries})
        return report
    write_manifest(home, accepted)
    write_batch(home, stream, accepted, result, as_text(failures))
    if report.refused:
        forget_objects(home, {entry.sha256 for entry in entries})
    return _counted(report, accepted, result, failures)


def _counted(report: IngestReport, entries: list[Arrival], result: GateResult, failures: list[dict]) -> IngestReport:
    report.batch_id = entries[0].batch_id
    report.files = len(entries)
    for entry in entries:
        counts = result.counts[entry.load_seq]
        report.landed += counts.landed
        report.raw += counts.raw
        report.quarantined += counts.quarantined
        report.duplicate += counts.duplicate
        report.ignored += counts.ignored
    report.warnings = [f"expectation {item['expectation']} fails on {item['column']}" for item in failures]
    return report


def ensure_folders(home: Home) -> None:
    """Create the home's folders; landing is readable by its owner only."""
    for folder in (home.root, home.raw, home.quarantine, home.warehouse.parent, home.serve, home.reports):
        folder.mkdir(parents=True, exist_ok=True)
    for folder in (home.landing, home.objects, home.manifest, home.inbox):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)


def repair(home: Home, rebuild: bool = False) -> list[str]:
    """Make raw of batches whose manifest entries have none (an ingest was cut short); all of them with `rebuild`.

    Call it under the lock. Returns the ids of the batches made.
    """
    made = []
    for batch_id, group in groupby(arrivals(home), key=lambda entry: entry.batch_id):
        entries = list(group)
        first = entries[0]
        done = batch_file(gate_folder(home, "arrivals"), first.loaded_date, batch_id)
        if done.exists() and not rebuild:
            continue
        stream: Stream = find_stream(first.source, first.stream)
        result = Gate(home, stream).run(entries, may_refuse=False)
        write_batch(home, stream, entries, result, as_text(failed_expectations(stream, result)))
        made.append(batch_id)
    return made
