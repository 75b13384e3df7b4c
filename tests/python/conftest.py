"""Fixtures shared by the Python tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.home import Home
from scripts.ingest import ensure_folders
from scripts.raw import write_empty

# Modules that build many warehouses: they go first, so that no worker is left alone with one at the end. One that uses
# the shared home of the sources leads, so that the home is there when the others want it.
LONGEST = (
    "test_clouds.py",
    "test_over_time.py",
    "test_build_states.py",
    "test_planted_truths.py",
    "sources",
    "test_sources_come_and_go.py",
    "test_every_source.py",
    "test_real_usage.py",
    "extract",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first, the order within each as it is."""

    def place(item: pytest.Item) -> int:
        found = [number for number, name in enumerate(LONGEST) if name in item.path.parts]
        return found[0] if found else len(LONGEST)

    items.sort(key=place)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home folder of the test's own, initialised, and named by the environment."""
    made = Home(tmp_path / "home")
    monkeypatch.setenv("AI_FINOPS_HOME", str(made.root))
    monkeypatch.delenv("AI_FINOPS_PERSON_KEY", raising=False)
    ensure_folders(made)
    write_empty(made)
    return made
