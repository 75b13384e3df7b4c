"""The dbt build: run dbt as a process of its own, then read what it says about itself."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

import duckdb

from scripts.errors import ChecksFailedError, ConfigError
from scripts.home import PROJECT_DIR, Home
from scripts.lock import held_descriptors

logger = logging.getLogger(__name__)

# What a build depends on besides what has landed; a change of any of these files asks for a full build.
PROJECT_INPUTS = ("models", "macros", "seeds", "tests/generic", "tests/singular", "streams", "profiles")
PROJECT_FILES = ("dbt_project.yml", "scripts/dbt_plugin.py", "scripts/gate/people.py")
GOOD_STATUSES = {"success", "pass", "skipped", "no-op"}


@dataclass(frozen=True)
class BuildResult:
    """What one dbt call did: its id, exit code, seconds, nodes by status, and the nodes that went wrong."""

    build_id: str | None
    exit_code: int
    elapsed_seconds: float
    counts: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """The same for --json."""
        return asdict(self)


@dataclass(frozen=True)
class BuildState:
    """What the warehouse says about its newest build: id and whether it was complete and green."""

    build_id: str
    is_green: bool


def default_target_path() -> Path:
    """Folder of dbt's artifacts: DBT_TARGET_PATH, else `target` in the project."""
    return PROJECT_DIR / os.environ.get("DBT_TARGET_PATH", "target")


def dbt_command(arguments: Sequence[str]) -> list[str]:
    """Command line of the dbt that is installed beside this Python, for this project."""
    return [
        str(Path(sys.executable).parent / "dbt"),
        *arguments,
        "--project-dir",
        str(PROJECT_DIR),
        "--profiles-dir",
        str(PROJECT_DIR / "profiles"),
    ]


def run_dbt(
    home: Home,
    arguments: Sequence[str] = (),
    *,
    variables: dict[str, str] | None = None,
    target_path: Path | None = None,
    quiet: bool = False,
) -> BuildResult:
    """Run `dbt build` with further arguments and return what run_results.json says.

    Unit tests are left out: they see none of the data, and `make test` runs them.

    dbt writes to this process's own output while it works; with `quiet` only its errors, to stderr.
    `variables` are dbt vars. Raises ConfigError where dbt is missing or could not read the project.
    """
    target = target_path or default_target_path()
    command = dbt_command(["--quiet", "build"] if quiet else ["build"])
    command += ["--target-path", str(target), "--exclude-resource-type", "unit_test"]
    if variables:
        command += ["--vars", json.dumps(variables)]
    command += list(arguments)
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    results_path = target / "run_results.json"
    results_path.unlink(missing_ok=True)
    logger.info("running %s", " ".join(command))
    environment = {**os.environ, "AI_FINOPS_HOME": str(home.root)}
    try:
        with ended_by_sigterm():
            completed = subprocess.run(
                command,
                cwd=PROJECT_DIR,
                env=environment,
                check=False,
                stdout=sys.stderr if quiet else None,
                pass_fds=held_descriptors(home),
            )
    except FileNotFoundError as error:
        raise ConfigError(f"{command[0]} is missing: run make install") from error
    if not results_path.exists():
        raise ConfigError("dbt could not start the build: see its message above")
    return read_run_results(results_path, completed.returncode)


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Make SIGTERM an exception, so that the child ends with this process (main thread only)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    previous = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def read_run_results(path: Path, exit_code: int) -> BuildResult:
    """Summary of a run_results.json: nodes by status, and the ids of those that failed."""
    document = json.loads(path.read_text(encoding="utf-8"))
    counts: dict[str, int] = {}
    failures = []
    for result in document["results"]:
        status = result["status"]
        counts[status] = counts.get(status, 0) + 1
        if status not in GOOD_STATUSES and status != "warn":
            failures.append(f"{result['unique_id']}: {status}")
    return BuildResult(
        build_id=document["metadata"].get("invocation_id"),
        exit_code=exit_code,
        elapsed_seconds=round(float(document.get("elapsed_time", 0.0)), 1),
        counts=counts,
        failures=failures,
    )


def require_success(result: BuildResult) -> None:
    """Raise ChecksFailedError, naming the first failures, unless dbt ended well."""
    if result.exit_code == 0:
        return
    shown = "; ".join(result.failures[:3]) or "see dbt's messages"
    more = f" (and {len(result.failures) - 3} more)" if len(result.failures) > 3 else ""
    raise ChecksFailedError(f"the build is not green: {shown}{more}")


def project_fingerprint(project: Path = PROJECT_DIR) -> str:
    """Hash over the names and bytes of everything in the project that decides what a build makes."""
    digest = hashlib.sha256()
    paths = [p for folder in PROJECT_INPUTS for p in sorted((project / folder).rglob("*")) if p.is_file()]
    paths += [project / name for name in PROJECT_FILES if (project / name).is_file()]
    for path in paths:
        if "__pycache__" in path.parts:
            continue
        digest.update(path.relative_to(project).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read_build_state(connection: duckdb.DuckDBPyConnection, catalog: str | None = None) -> BuildState | None:
    """The warehouse's record of its newest build (run_state.builds), or None where it has none."""
    prefix = f'"{catalog}".' if catalog else ""
    try:
        row = connection.execute(f"select run_id, is_green from {prefix}run_state.builds").fetchone()
    except duckdb.CatalogException:
        return None
    return BuildState(str(row[0]), bool(row[1])) if row else None


def last_build_path(home: Home) -> Path:
    """Where the command line notes which project made the last green build."""
    return home.warehouse.parent / "last_build.json"


def note_green_build(home: Home, result: BuildResult, fingerprint: str) -> None:
    """Remember the project that a complete green build was made from, so that the next run can skip it."""
    path = last_build_path(home)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps({"build_id": result.build_id, "project": fingerprint}), encoding="utf-8")
    temporary.replace(path)


def read_last_build(home: Home) -> dict[str, str]:
    """Build id and project hash of the last green build that the command line made; empty where unknown."""
    try:
        return json.loads(last_build_path(home).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def build(
    home: Home,
    arguments: Sequence[str] = (),
    *,
    run_started_at: str | None = None,
    target_path: Path | None = None,
    quiet: bool = False,
) -> BuildResult:
    """Build the warehouse (arguments go to dbt) and note a complete green build. The caller holds the lock.

    `run_started_at` is UTC ISO text for `core.as_of`. Raises ChecksFailedError where dbt reports failures.
    """
    fingerprint = project_fingerprint()
    variables = {"run_started_at": run_started_at} if run_started_at else None
    result = run_dbt(home, arguments, variables=variables, target_path=target_path, quiet=quiet)
    require_success(result)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        state = read_build_state(connection)
    if state is not None and state.is_green and state.build_id == result.build_id:
        note_green_build(home, result, fingerprint)
    return result
