"""Folders of one installation's data, all below AI_FINOPS_HOME (default: `data` in the project)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """Paths below one home folder. Nothing is created here; see `scripts.commands.init`."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """Home named by AI_FINOPS_HOME, else `data` beside dbt_project.yml; always absolute."""
        return cls(Path(os.environ.get("AI_FINOPS_HOME") or PROJECT_DIR / "data").expanduser().resolve())

    @property
    def landing(self) -> Path:
        """Landed files as they came, private."""
        return self.root / "landing"

    @property
    def objects(self) -> Path:
        """Landed bytes by content hash."""
        return self.landing / "objects"

    @property
    def manifest(self) -> Path:
        """One JSON file per arrival."""
        return self.landing / "manifest"

    @property
    def inbox(self) -> Path:
        """Files waiting for `run`, below <source>/<stream>/."""
        return self.landing / "inbox"

    @property
    def raw(self) -> Path:
        """Typed Parquet, derived from landing."""
        return self.root / "raw"

    @property
    def quarantine(self) -> Path:
        """Parquet list of records that broke a rule, without their text."""
        return self.root / "quarantine"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that dbt writes."""
        return self.root / "warehouse" / "ai_finops.duckdb"

    @property
    def serve(self) -> Path:
        """Read-only published copies."""
        return self.root / "serve"

    @property
    def reports(self) -> Path:
        """Rendered reports."""
        return self.root / "reports"

    @property
    def lock_file(self) -> Path:
        """Lock shared by ingest, build and publish."""
        return self.root / "ai_finops.lock"
