"""The whole pipeline under one lock: take in what waits, build, publish, read the headline."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from scripts.build import (
    BuildResult,
    build,
    default_target_path,
    note_green_build,
    project_fingerprint,
    read_build_state,
    read_last_build,
)
from scripts.headline import Headline, read_headline
from scripts.home import Home
from scripts.inbox import InboxReport, take_in
from scripts.ingest import ensure_folders, repair
from scripts.landing import arrivals
from scripts.lock import acquire_lock
from scripts.publish import PublishResult, publish, published_file, read_published_build
from scripts.raw import write_empty

logger = logging.getLogger(__name__)

FRESHNESS_TAG = "freshness"


@dataclass
class RunReport:
    """What a run did, step by step; a step that was not needed is None."""

    repaired: list[str] = field(default_factory=list)
    inbox: InboxReport = field(default_factory=InboxReport)
    build_reason: str | None = None
    build: BuildResult | None = None
    publication: PublishResult | None = None
    headline: Headline | None = None

    @property
    def exit_code(self) -> int:
        """0, or 4 when a file was refused; every other failure is an exception."""
        return 4 if self.inbox.refused else 0

    def as_dict(self) -> dict[str, object]:
        """The same for --json; render with default=str."""
        return asdict(self)


def run(
    home: Home,
    *,
    say: Callable[[str], None] = logger.info,
    quiet: bool = False,
    with_headline: bool = True,
    target_path: Path | None = None,
) -> RunReport:
    """Run the pipeline once. Each step can be repeated, so a run that was killed is made good by the next.

    `say` gets a line per step. Raises LockHeldError while another run is under way, ChecksFailedError when
    the build is not green (serve/ then keeps the last good run), ConfigError for a project that can't work.
    """
    report = RunReport()
    started_at = datetime.now(UTC).replace(tzinfo=None)
    with acquire_lock(home):
        ensure_folders(home)
        write_empty(home)
        report.repaired = repair(home)
        if report.repaired:
            say(f"repaired {len(report.repaired)} batches that an earlier run left unfinished")
        report.inbox = take_in(home)
        for name, reason in report.inbox.refused.items():
            say(f"refused {name}: {reason}")
        taken = report.inbox.ingested
        if taken:
            raw = sum(item.raw for item in taken)
            held = sum(item.quarantined for item in taken)
            say(f"took in {sum(item.files for item in taken)} files: {raw:,} records, {held:,} in quarantine")
        report.build_reason, arguments = build_plan(home)
        if report.build_reason:
            say(f"building: {report.build_reason}")
            report.build = build(
                home, arguments, run_started_at=moment(started_at), target_path=target_path, quiet=quiet
            )
        else:
            say("nothing new: the warehouse is up to date")
            report.build = refresh_freshness(home, started_at, target_path, quiet)
        if report.build or not is_published(home):
            report.publication = publish(home)
            say(f"published run {report.publication.run_id}: {report.publication.table_count} tables")
        if with_headline:
            report.headline = read_headline(published_file(home))
    return report


def build_plan(home: Home) -> tuple[str | None, tuple[str, ...]]:
    """Why a build is needed and the arguments for it; (None, ()) where it holds all that has landed.

    Reads manifest and warehouse; the caller holds the lock.
    """
    if not home.warehouse.exists():
        return "there is no warehouse yet", ()
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        state = read_build_state(connection)
        completed = completed_batches(connection)
    if state is None or not state.is_green:
        return "the last build did not end green", ()
    landed = {arrival.batch_id for arrival in arrivals(home)}
    removed = completed - landed
    if removed:
        return f"{len(removed)} batches were taken out of landing, so all is built anew", ("--full-refresh",)
    pending = landed - completed
    if pending:
        return f"{len(pending)} new batches", ()
    last = read_last_build(home)
    if last.get("build_id") != state.build_id or last.get("project") != project_fingerprint():
        return "models, seeds or settings changed", ()
    return None, ()


def is_published(home: Home) -> bool:
    """Whether serve/ holds the build that the warehouse holds."""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        state = read_build_state(connection)
    return state is not None and read_published_build(home) == state.build_id


def completed_batches(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Batches that a complete green build rests on."""
    try:
        return {batch for (batch,) in connection.execute("select batch_id from ops.completed").fetchall()}
    except duckdb.CatalogException:
        return set()


def freshness_models(target_path: Path | None) -> list[str]:
    """Names of the models tagged `freshness` in the manifest of the last build: feeds and freshness marts."""
    path = (target_path or default_target_path()) / "manifest.json"
    if not path.exists():
        return []
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"].values()
    return [n["name"] for n in nodes if n["resource_type"] == "model" and FRESHNESS_TAG in n["tags"]]


def refresh_freshness(
    home: Home, started_at: datetime, target_path: Path | None, quiet: bool
) -> BuildResult | None:
    """Rebuild only the models that follow the clock, on a warehouse that is green; None where there are none.

    A partial build leaves the warehouse marked as not complete; as it started from a green one and passed,
    the mark is set again. A kill in between costs the next run a full build, nothing else.
    """
    if not freshness_models(target_path):
        return None
    selection = ("--select", f"tag:{FRESHNESS_TAG}")
    result = build(home, selection, run_started_at=moment(started_at), target_path=target_path, quiet=quiet)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update run_state.builds set is_green = true")
    note_green_build(home, result, project_fingerprint())
    return result


def moment(started_at: datetime) -> str:
    """A UTC time as the dbt variable run_started_at."""
    return started_at.isoformat(sep=" ", timespec="seconds")
