"""A run that is killed while dbt works: with SIGTERM dbt ends too, with SIGKILL dbt keeps the lock until it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.errors import LockHeldError
from scripts.home import PROJECT_DIR, Home
from scripts.lock import acquire_lock

# Stands in for dbt: says its process id, then works for a while.
WORK = """
import os, pathlib, time
pathlib.Path(os.environ["AI_FINOPS_HOME"], "pid").write_text(str(os.getpid()))
time.sleep(20)
"""
BUILD = f"""
import sys
from scripts import build
from scripts.home import Home
from scripts.lock import acquire_lock
build.dbt_command = lambda _arguments: [sys.executable, "-c", {WORK!r}]
home = Home.from_environment()
with acquire_lock(home):
    build.run_dbt(home, target_path=home.root / "target")
"""


def start(home: Home) -> tuple[subprocess.Popen[bytes], int]:
    """A process that builds, and the id of its dbt once that works."""
    environment = {**os.environ, "AI_FINOPS_HOME": str(home.root)}
    process = subprocess.Popen([sys.executable, "-c", BUILD], cwd=PROJECT_DIR, env=environment)
    for _ in range(300):
        if (home.root / "pid").exists() and (text := (home.root / "pid").read_text()):
            return process, int(text)
        time.sleep(0.1)
    process.kill()
    raise AssertionError("the build did not start")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home")


def test_sigterm_ends_dbt_too_and_frees_the_lock(home: Home) -> None:
    process, pid = start(home)
    process.terminate()
    assert process.wait(timeout=20) == 128 + signal.SIGTERM
    assert not is_alive(pid)
    with acquire_lock(home):
        pass


def test_after_sigkill_the_lock_stays_until_dbt_ends(home: Home) -> None:
    process, pid = start(home)
    process.kill()
    process.wait(timeout=20)
    try:
        assert is_alive(pid)
        with pytest.raises(LockHeldError), acquire_lock(home):
            pass
    finally:
        os.kill(pid, signal.SIGKILL)
    for _ in range(100):
        if not is_alive(pid):
            break
        time.sleep(0.1)
    with acquire_lock(home):
        pass
