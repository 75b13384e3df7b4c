from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scripts.doctor import diagnose, freshness, render
from scripts.gate.people import KEY_VARIABLE
from scripts.home import Home
from scripts.ingest import ensure_folders
from scripts.raw import write_empty

NOW = datetime(2026, 7, 2, 12)


@pytest.mark.parametrize(
    ("hours", "limits", "verdict"),
    [
        (48, {}, "ok"),
        (24, {"warn_after_hours": 24}, "ok"),
        (25, {"warn_after_hours": 24, "error_after_hours": 48}, "stale"),
        (49, {"warn_after_hours": 24, "error_after_hours": 48}, "old"),
        (49, {"error_after_hours": 48}, "old"),
    ],
)
def test_freshness_follows_the_declared_limits(hours: int, limits: dict[str, float], verdict: str) -> None:
    assert freshness(NOW - timedelta(hours=hours), limits, NOW) == verdict


def test_a_stream_without_arrivals_is_unused() -> None:
    assert freshness(None, {"error_after_hours": 1}, NOW) == "unused"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    ensure_folders(home)
    write_empty(home)
    return home


def test_a_fresh_home_is_sound_and_says_what_each_mart_lacks(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    found = diagnose(home)
    assert found.exit_code == 0
    assert all(mart.row_count is None and mart.lacks for mart in found.marts)
    assert any(KEY_VARIABLE in note for note in found.notes)
    assert "lacks the outcomes that cost is divided by: land custom outcomes" in render(found)


def test_a_landing_that_others_can_read_is_a_problem(home: Home) -> None:
    home.landing.chmod(0o755)
    found = diagnose(home)
    assert found.exit_code == 1
    assert "can be read by others" in found.problems[0]


def test_a_wrong_version_is_a_configuration_error(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.doctor.version", lambda package: "2.0.0" if package == "duckdb" else "1.11.0")
    found = diagnose(home)
    assert found.exit_code == 2
    assert found.configuration_errors == ["duckdb is 2.0.0, 1.5.x is needed: run make install"]
