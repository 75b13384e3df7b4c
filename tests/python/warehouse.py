"""What tests over whole builds share: build a home, read it, and compare two states of a warehouse."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared"
COMPARED_SCHEMAS = ("core", "marts", "focus", "ops")


def copy_project(target: Path) -> Path:
    """The dbt project without Python and data, to be changed by a test and built from there."""
    for name in ("models", "macros", "seeds", "streams", "profiles"):
        shutil.copytree(PROJECT / name, target / name)
    for path in [*(PROJECT / "tests").glob("*"), PROJECT / "dbt_project.yml"]:
        if path.is_dir() and path.name not in ("python", "__pycache__"):
            shutil.copytree(path, target / "tests" / path.name)
        elif path.suffix == ".yml":
            shutil.copy(path, target / path.relative_to(PROJECT))
    return target


def dbt(home: Path, *arguments: str, check: bool = True, project: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """Run dbt on a home, as a data engineer would, with a target folder of its own."""
    command = [str(Path(sys.executable).with_name("dbt")), *arguments, "--profiles-dir", "profiles"]
    environment = {"AI_FINOPS_THREADS": "2", **os.environ, "AI_FINOPS_HOME": str(home)}
    target = ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    outcome = subprocess.run(
        [*command, *target], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    if check and outcome.returncode:
        raise AssertionError(outcome.stdout[-6000:])
    return outcome


def build(home: Path, *arguments: str, project: Path = PROJECT) -> None:
    """A complete build with its data tests. Unit tests see no data: one build, of an empty home, runs them for all."""
    dbt(home, "build", *arguments, "--exclude-resource-type", "unit_test", project=project)


def warehouse_file(home: Path) -> Path:
    """The DuckDB file of a home."""
    return home / "warehouse" / "ai_finops.duckdb"


def query(home: Path, sql: str) -> list[tuple]:
    """Rows of a query on a home's warehouse."""
    with duckdb.connect(str(warehouse_file(home)), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def table_hashes(home: Path) -> dict[str, tuple[int, int]]:
    """Row count and order-free hash of every public table."""
    schemas = ", ".join(f"'{schema}'" for schema in COMPARED_SCHEMAS)
    hashes = {}
    with duckdb.connect(str(warehouse_file(home)), read_only=True) as connection:
        tables = connection.sql(
            f"select schema_name, table_name from duckdb_tables() where schema_name in ({schemas}) order by all"
        ).fetchall()
        for schema, table in tables:
            row = connection.sql(
                f"select count(*), coalesce(sum(hash(rows)), 0)::varchar from {schema}.{table} as rows"
            ).fetchone()
            assert row is not None
            hashes[f"{schema}.{table}"] = (row[0], int(row[1]))
    return hashes


def differences(one: Path, other: Path, ignored: tuple[str, ...] = ()) -> list[str]:
    """Names of public tables that differ between two homes."""
    left, right = table_hashes(one), table_hashes(other)
    return [name for name in sorted(left | right) if name not in ignored and left.get(name) != right.get(name)]
