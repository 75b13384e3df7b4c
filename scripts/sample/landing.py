"""Land the sample through the ordinary ingest, and take it out again."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from scripts.errors import ConfigError, InputRefusedError
from scripts.home import Home
from scripts.ingest import ensure_folders, ingest
from scripts.landing import Arrival, arrivals, object_path
from scripts.lock import acquire_lock
from scripts.raw import GATE_TABLES, batch_file, gate_folder, stream_folder, write_empty
from scripts.sample.files import SampleFile
from scripts.sample.generate import Sample

SAMPLE_TAG = {"sample": "true"}


@dataclass
class LandedCounts:
    """Files and records of one landing of the sample."""

    files: int = 0
    landed: int = 0
    raw: int = 0
    quarantined: int = 0
    duplicate: int = 0


@dataclass
class RemovedCounts:
    """What `remove_sample` deleted."""

    arrivals: int = 0
    objects: int = 0
    parquet_files: int = 0
    warehouse: bool = False


def truth_file(home: Home) -> Path:
    """Where the truth about the landed sample is kept, out of reach of raw."""
    return home.landing / "sample" / "truth.json"


def sample_arrivals(home: Home) -> list[Arrival]:
    """Arrivals that the sample made, oldest first."""
    return [entry for entry in arrivals(home) if entry.tags.get("sample") == "true"]


def write_sample(
    home: Home,
    sample: Sample,
    further: Iterable[SampleFile] = (),
    progress: Callable[[SampleFile], None] | None = None,
    locked: bool = False,
) -> LandedCounts:
    """Ingest the sample's files in order of arrival and write the truth file; then further files, pull by pull.

    `progress` is called after each file; `locked` says that the caller holds the home's lock. Raises ConfigError
    where a sample is landed already, InputRefusedError where the gate refuses a file.
    """
    if not locked:
        with acquire_lock(home):
            return write_sample(home, sample, further, progress, locked=True)
    if sample_arrivals(home):
        raise ConfigError("a sample is landed already: take it out with `ai-finops sample --remove` first")
    ensure_folders(home)
    write_empty(home)
    counts = LandedCounts()
    for file in sample.files:
        _land(home, [file], counts, progress)
    for _, files in groupby(sorted(further, key=_pull), key=_pull):
        _land(home, list(files), counts, progress)
    _write_truth(home, sample)
    return counts


def _pull(file: SampleFile) -> tuple[datetime, str, str, str]:
    """Files of one stream that arrive together, with the same tags, are one batch."""
    return file.arrived_at, file.source, file.stream, json.dumps(file.tags, sort_keys=True)


def _land(
    home: Home, files: list[SampleFile], counts: LandedCounts, progress: Callable[[SampleFile], None] | None
) -> None:
    """Ingest files of one pull as one batch, and count."""
    first = files[0]
    with tempfile.TemporaryDirectory(dir=home.landing, prefix=".sample-") as folder:
        paths = []
        for number, file in enumerate(files):
            paths.append(Path(folder) / str(number) / file.name)
            paths[-1].parent.mkdir()
            paths[-1].write_bytes(file.content)
        report = ingest(
            home, first.source, first.stream, paths, {**first.tags, **SAMPLE_TAG}, first.arrived_at, locked=True
        )
    if report.refused:
        raise InputRefusedError(f"sample file was refused: {next(iter(report.refused.values()))}")
    counts.files += report.files
    counts.landed += report.landed
    counts.raw += report.raw
    counts.quarantined += report.quarantined
    counts.duplicate += report.duplicate
    for file in files:
        if progress:
            progress(file)


def remove_sample(home: Home, locked: bool = False) -> RemovedCounts:
    """Delete the sample's arrivals, their objects (unless others share them), raw, quarantine and the truth file.

    The warehouse file goes too, since it was built from them: the next build makes it again from what is left.
    Nothing is deleted where no sample is landed.
    """
    if not locked:
        with acquire_lock(home):
            return remove_sample(home, locked=True)
    counts = RemovedCounts()
    entries = sample_arrivals(home)
    truth = truth_file(home)
    if not entries and not truth.exists():
        return counts
    for entry in entries:
        (home.manifest / f"{entry.load_seq:012d}-{entry.pull_id}.json").unlink()
        counts.arrivals += 1
    shared = {entry.sha256 for entry in arrivals(home)}
    for digest in {entry.sha256 for entry in entries} - shared:
        object_path(home, digest).unlink(missing_ok=True)
        counts.objects += 1
    for batch in {entry.batch_id: entry for entry in entries}.values():
        folders = [stream_folder(home, batch.source, batch.stream)]
        folders += [gate_folder(home, table) for table in GATE_TABLES]
        counts.parquet_files += sum(_delete(batch_file(f, batch.loaded_date, batch.batch_id)) for f in folders)
    shutil.rmtree(truth.parent, ignore_errors=True)
    for name in (home.warehouse, home.warehouse.with_name(home.warehouse.name + ".wal")):
        counts.warehouse |= name.exists()
        name.unlink(missing_ok=True)
    return counts


def _delete(file: Path) -> bool:
    """Delete a Parquet file, and its partition folder where that becomes empty."""
    if not file.exists():
        return False
    file.unlink()
    if not any(file.parent.iterdir()):
        file.parent.rmdir()
    return True


def _write_truth(home: Home, sample: Sample) -> None:
    target = truth_file(home)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    temporary.write_text(json.dumps(sample.truth, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(temporary, target)


def as_json(counts: LandedCounts | RemovedCounts) -> str:
    """Counts as one line of JSON."""
    return json.dumps({"ok": True, **asdict(counts)})
