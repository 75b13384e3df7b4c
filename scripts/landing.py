"""Landing: bytes stored once by content hash, and one manifest entry per arrival; all else is derived from it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from scripts.home import Home

SCOPE_TAGS = ("account", "group_by", "filters")


@dataclass(frozen=True)
class Arrival:
    """One landed file. `arrived_at` is UTC; a batch is the files of one call of ingest."""

    pull_id: str
    load_seq: int
    batch_id: str
    sha256: str
    byte_count: int
    source: str
    stream: str
    source_file: str
    scope: dict[str, str]
    tags: dict[str, str]
    window_start_at: str | None
    window_end_at: str | None
    is_complete: bool
    arrived_at: str
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def loaded_date(self) -> date:
        """Partition of the arrival: UTC date of its arrival time."""
        return datetime.fromisoformat(self.arrived_at).date()

    @property
    def scope_key(self) -> str:
        """Hash of source, stream and scope: pulls of one scope replace each other bucket by bucket."""
        text = json.dumps([self.source, self.stream, self.scope], sort_keys=True)
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def sha256_of(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def object_path(home: Home, sha256: str) -> Path:
    """Where landed bytes with this hash are kept."""
    return home.objects / sha256[:2] / sha256


def store_object(home: Home, path: Path) -> tuple[str, int]:
    """Copy a file into landing under its hash (once), readable by the owner only. Returns hash and size in bytes."""
    digest = sha256_of(path)
    target = object_path(home, digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}.tmp")
        shutil.copyfile(path, temporary)
        temporary.chmod(0o600)
        os.replace(temporary, target)
    return digest, target.stat().st_size


def forget_objects(home: Home, hashes: set[str]) -> None:
    """Remove landed bytes that no arrival names: those of refused files."""
    for sha256 in hashes - {entry.sha256 for entry in arrivals(home)}:
        object_path(home, sha256).unlink(missing_ok=True)


def arrivals(home: Home) -> Iterator[Arrival]:
    """Manifest entries in order of load_seq."""
    for path in sorted(home.manifest.glob("*.json")):
        yield Arrival(**json.loads(path.read_text(encoding="utf-8")))


def next_load_seq(home: Home) -> int:
    """First free load_seq; call it under the lock. A removed arrival's number is never used again."""
    names = [path.name.split("-", 1)[0] for path in home.manifest.glob("*.json")]
    counter = home.manifest / ".last_load_seq"
    last = int(counter.read_text()) if counter.exists() else 0
    return max([last, *(int(name) for name in names)]) + 1


def write_manifest(home: Home, entries: list[Arrival]) -> None:
    """Write entries, each to a temporary file that is then renamed; the batch counts once all of them are there."""
    for entry in entries:
        target = home.manifest / f"{entry.load_seq:012d}-{entry.pull_id}.json"
        temporary = target.with_suffix(".tmp")
        temporary.write_text(json.dumps(asdict(entry), sort_keys=True, indent=1), encoding="utf-8")
        temporary.chmod(0o600)
        os.replace(temporary, target)
    if entries:
        counter = home.manifest / ".last_load_seq"
        temporary = counter.with_suffix(".tmp")
        temporary.write_text(str(entries[-1].load_seq), encoding="utf-8")
        temporary.chmod(0o600)
        os.replace(temporary, counter)


def new_arrivals(
    home: Home,
    source: str,
    stream: str,
    files: list[Path],
    tags: dict[str, str],
    arrived_at: datetime,
    is_complete: bool = True,
    extra: dict[str, Any] | None = None,
) -> list[Arrival]:
    """Store files and make their manifest entries (not yet written), all of one batch.

    `extra` says more of how the files were got, for instance the window and the requests of a pull.
    """
    first = next_load_seq(home)
    moment = arrived_at.astimezone(UTC).replace(tzinfo=None).isoformat()
    stored = [(path, *store_object(home, path)) for path in files]
    fingerprint = hashlib.md5("".join(s for _, s, _ in stored).encode(), usedforsecurity=False).hexdigest()
    batch_id = f"{first:012d}-{fingerprint[:8]}"
    return [
        Arrival(
            pull_id=hashlib.md5(f"{batch_id}/{offset}/{digest}".encode(), usedforsecurity=False).hexdigest()[:16],
            load_seq=first + offset,
            batch_id=batch_id,
            sha256=digest,
            byte_count=size,
            source=source,
            stream=stream,
            source_file=path.name,
            scope={key: tags[key] for key in SCOPE_TAGS if key in tags},
            tags=dict(sorted(tags.items())),
            window_start_at=None,
            window_end_at=None,
            is_complete=is_complete,
            arrived_at=moment,
            extra=extra or {},
        )
        for offset, (path, digest, size) in enumerate(stored)
    ]
