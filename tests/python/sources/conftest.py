"""One warehouse for the tests of all sources: every module's exports landed together, built once, then only read."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest
from filelock import FileLock
from sourcehelp import new_home
from warehouse import build

from scripts.home import Home


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with what `land_exports(home)` of each test module lands; accounts are a module's own, so none overlap.

    Processes that share a test run share it: the first one makes it while the others wait.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    made = Home(folder / "sources" / "home")
    done = folder / "sources-built"
    with FileLock(folder / "sources.lock"):
        if not done.exists():
            new_home(folder / "sources")
            for path in sorted(Path(__file__).parent.glob("test_*.py")):
                land_exports = getattr(importlib.import_module(path.stem), "land_exports", None)
                if land_exports:
                    land_exports(made)
            build(made.root)
            done.touch()
    return made
