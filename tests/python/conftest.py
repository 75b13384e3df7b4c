"""Fixtures shared by the Python tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.home import Home
from scripts.ingest import ensure_folders
from scripts.raw import write_empty


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home folder of the test's own, initialised, and named by the environment."""
    made = Home(tmp_path / "home")
    monkeypatch.setenv("AI_FINOPS_HOME", str(made.root))
    monkeypatch.delenv("AI_FINOPS_PERSON_KEY", raising=False)
    ensure_folders(made)
    write_empty(made)
    return made
