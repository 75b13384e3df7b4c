"""Doctor: what is installed, configured, landed, pending and published, and what each mart still lacks."""

from __future__ import annotations

import csv
import os
import shutil
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from scripts.build import read_build_state
from scripts.declarations import KINDS, load_streams
from scripts.errors import ConfigError
from scripts.gate.people import KEY_VARIABLE
from scripts.home import PROJECT_DIR, Home
from scripts.inbox import waiting_files
from scripts.landing import arrivals
from scripts.publish import published_file
from scripts.raw import gate_folder
from scripts.run import completed_batches

PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "great-expectations")
# Seeds that a team fills in before its own numbers make sense.
SEEDS = (
    "org/teams",
    "org/use_cases",
    "org/ownership_rules",
    "outcomes/outcome_definitions",
    "pricing/model_prices",
    "reference/models",
)
LOW_DISK_BYTES = 2_000_000_000
MART_NEEDS = PROJECT_DIR / "seeds" / "reference" / "mart_needs.csv"


def mart_needs() -> dict[str, dict[str, str]]:
    """Per mart: kinds of record that it needs to say all it can, and what it knows from each (seed mart_needs)."""
    needs: dict[str, dict[str, str]] = {}
    with MART_NEEDS.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            needs.setdefault(row["mart"], {})[row["kind"]] = row["what"]
    return needs


@dataclass
class StreamState:
    """One stream: arrivals, records in raw and in quarantine, last arrival (UTC), freshness."""

    source: str
    stream: str
    kind: str
    arrival_count: int = 0
    raw_count: int = 0
    quarantined_count: int = 0
    last_arrived_at: datetime | None = None
    freshness: str = "unused"  # unused, ok, stale (warn), old (error)


@dataclass
class MartState:
    """One published mart: rows (None where it is not published yet) and what it lacks, with the streams for it."""

    mart: str
    row_count: int | None
    lacks: list[str] = field(default_factory=list)


@dataclass
class Diagnosis:
    """Everything doctor found. Errors of configuration end in exit code 2, problems of the data in 1."""

    home: str
    versions: dict[str, str]
    configuration_errors: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    streams: list[StreamState] = field(default_factory=list)
    pending_batches: int = 0
    waiting_files: int = 0
    refused_files: int = 0
    marts: list[MartState] = field(default_factory=list)
    seed_rows: dict[str, int] = field(default_factory=dict)
    free_bytes: int = 0

    @property
    def exit_code(self) -> int:
        """2 for a configuration that can't work, 1 for data that needs a look, else 0."""
        return 2 if self.configuration_errors else 1 if self.problems else 0

    def as_dict(self) -> dict[str, object]:
        """The same for --json; render with default=str."""
        return asdict(self)


def diagnose(home: Home, now: datetime | None = None) -> Diagnosis:
    """Look at everything; changes nothing and works while a run is under way."""
    found = Diagnosis(str(home.root), installed_versions())
    check_configuration(home, found)
    try:
        found.streams = stream_states(home, now or datetime.now(UTC))
    except ConfigError as error:
        found.configuration_errors.append(str(error))
    check_data(home, found)
    found.marts = mart_states(home, found.streams)
    return found


def installed_versions() -> dict[str, str]:
    """Versions of Python and of the packages that the pipeline stands on; `missing` where not installed."""
    versions = {"python": sys.version.split()[0]}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "missing"
    return versions


def check_configuration(home: Home, found: Diagnosis) -> None:
    """Versions, the home folder, the key for people, the seeds, the disk."""
    wanted = {"dbt-core": "1.11.", "dbt-duckdb": "1.11.", "duckdb": "1.5."}
    for package, prefix in wanted.items():
        if not found.versions[package].startswith(prefix):
            found.configuration_errors.append(
                f"{package} is {found.versions[package]}, {prefix}x is needed: run make install"
            )
    if not (Path(sys.executable).parent / "dbt").exists():
        found.configuration_errors.append("dbt is not installed beside this Python: run make install")
    if not home.manifest.is_dir():
        found.configuration_errors.append(f"{home.root} is not set up: run `ai-finops init`")
    elif not os.access(home.root, os.W_OK):
        found.configuration_errors.append(f"{home.root} can't be written to")
    elif home.landing.stat().st_mode & 0o077:
        found.problems.append(f"{home.landing} can be read by others: run `ai-finops init`")
    if not os.environ.get(KEY_VARIABLE):
        found.notes.append(
            f"{KEY_VARIABLE} is not set: people are hashed with a public key, good for samples only"
        )
    for seed in SEEDS:
        path = PROJECT_DIR / "seeds" / f"{seed}.csv"
        if not path.exists():
            found.configuration_errors.append(f"seed {seed}.csv is missing")
            continue
        with path.open(encoding="utf-8", newline="") as handle:
            found.seed_rows[seed] = max(sum(1 for _ in csv.reader(handle)) - 1, 0)
        if not found.seed_rows[seed]:
            found.notes.append(f"seed {seed}.csv has no rows")
    existing = next(p for p in (home.root, *home.root.parents) if p.exists())
    found.free_bytes = shutil.disk_usage(existing).free
    if found.free_bytes < LOW_DISK_BYTES:
        found.problems.append(f"only {found.free_bytes / 1e9:.1f} GB of disk space are free")


def stream_states(home: Home, now: datetime) -> list[StreamState]:
    """State of every declared stream, from the gate's record of arrivals; `now` judges freshness."""
    states = {key: StreamState(*key, kind=stream.kind) for key, stream in load_streams().items()}
    pattern = gate_folder(home, "arrivals") / "*" / "*.parquet"
    if any(gate_folder(home, "arrivals").glob("*/*.parquet")):
        with duckdb.connect() as connection:
            rows = connection.execute(
                """
                select source, stream, count(*), sum(raw_count), sum(quarantined_count), max(arrived_at)
                from read_parquet(?, union_by_name = true)
                group by source, stream
                """,
                [str(pattern)],
            ).fetchall()
        for source, stream, count, raw, held, last in rows:
            if (source, stream) in states:
                state = states[source, stream]
                state.arrival_count, state.raw_count, state.quarantined_count = count, int(raw), int(held)
                state.last_arrived_at = last
    for key, stream in load_streams().items():
        states[key].freshness = freshness(states[key].last_arrived_at, stream.freshness, now)
    return list(states.values())


def freshness(last_arrived_at: datetime | None, limits: dict[str, float], now: datetime) -> str:
    """unused, ok, stale (past warn_after_hours) or old (past error_after_hours)."""
    if last_arrived_at is None:
        return "unused"
    hours = (now.replace(tzinfo=None) - last_arrived_at).total_seconds() / 3600
    if hours > limits.get("error_after_hours", float("inf")):
        return "old"
    return "stale" if hours > limits.get("warn_after_hours", float("inf")) else "ok"


def check_data(home: Home, found: Diagnosis) -> None:
    """Freshness, quarantine, inbox, and whether the warehouse holds what has landed."""
    for state in found.streams:
        name = f"{state.source} {state.stream}"
        if state.freshness == "old":
            found.problems.append(f"{name}: nothing new since {state.last_arrived_at}")
        elif state.freshness == "stale":
            found.notes.append(f"{name}: nothing new since {state.last_arrived_at}")
        if state.quarantined_count:
            found.notes.append(
                f"{name}: {state.quarantined_count} records in quarantine (ops.quarantine says why)"
            )
    found.waiting_files = len(waiting_files(home))
    refused = home.landing / "refused"
    found.refused_files = len([p for p in refused.rglob("*.reason.txt")]) if refused.is_dir() else 0
    if found.refused_files:
        found.problems.append(f"{found.refused_files} refused files wait in {refused}, each with its reason")
    landed = {arrival.batch_id for arrival in arrivals(home)}
    if not home.warehouse.exists():
        found.pending_batches = len(landed)
        found.notes.append("there is no warehouse yet: run `ai-finops run`")
        return
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            state = read_build_state(connection)
            found.pending_batches = len(landed - completed_batches(connection))
    except duckdb.IOException:
        found.notes.append("a build is under way: what is pending can't be told now")
        return
    if state is None or not state.is_green:
        found.problems.append("the newest build is not complete and green: serve/ keeps the run before it")


def mart_states(home: Home, streams: list[StreamState]) -> list[MartState]:
    """Rows of each published mart, and the kinds of stream without records that it would use."""
    counts: dict[str, int] = {}
    if published_file(home).exists():
        with duckdb.connect(str(published_file(home)), read_only=True) as connection:
            for mart in mart_needs():
                try:
                    counts[mart] = connection.execute(f'select count(*) from "{mart}"').fetchone()[0]
                except duckdb.CatalogException:
                    continue
    filled = {state.kind for state in streams if state.raw_count}
    offers = {kind: [f"{s.source} {s.stream}" for s in streams if s.kind == kind] for kind in KINDS}
    return [
        MartState(
            mart,
            counts.get(mart),
            [
                f"{what}: land {' or '.join(offers[kind])}"
                for kind, what in needs.items()
                if kind not in filled
            ],
        )
        for mart, needs in mart_needs().items()
    ]


def render(found: Diagnosis) -> str:
    """Plain text of a diagnosis."""
    lines = [f"home      {found.home}  ({found.free_bytes / 1e9:.0f} GB free)"]
    lines.append("versions  " + ", ".join(f"{name} {number}" for name, number in found.versions.items()))
    lines.append("seeds     " + ", ".join(f"{name} {rows}" for name, rows in found.seed_rows.items()))
    lines.append(
        f"waiting   {found.waiting_files} files in the inbox, {found.pending_batches} batches to build"
    )
    lines += ["", "streams"]
    for state in found.streams:
        name = f"  {state.source} {state.stream}".ljust(34)
        if state.arrival_count:
            last = f"{state.last_arrived_at:%Y-%m-%d %H:%M}"
            lines.append(f"{name}{state.raw_count:>12,} records, last arrival {last} UTC, {state.freshness}")
        else:
            lines.append(f"{name}{'unused':>12}")
    lines += ["", "marts"]
    for mart in found.marts:
        rows = "not published" if mart.row_count is None else f"{mart.row_count:,} rows"
        lines.append(f"  {mart.mart}".ljust(34) + rows)
        lines += [f"    lacks {lack}" for lack in mart.lacks]
    for title, items in (
        ("configuration errors", found.configuration_errors),
        ("problems", found.problems),
        ("notes", found.notes),
    ):
        if items:
            lines += ["", title, *(f"  {item}" for item in items)]
    return "\n".join(lines)
