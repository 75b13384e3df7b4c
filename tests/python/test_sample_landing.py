"""The sample lands through the ordinary gate, and --remove takes out exactly what it put in."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from scripts.commands.sample import command
from scripts.errors import ConfigError
from scripts.home import Home
from scripts.ingest import ensure_folders, ingest
from scripts.landing import arrivals
from scripts.raw import write_empty
from scripts.sample.generate import Sample, generate
from scripts.sample.landing import remove_sample, truth_file, write_sample


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(seed=3, requests=1_500, days=30)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def all_files(home: Home) -> set[Path]:
    return {path for path in home.root.rglob("*") if path.is_file()}


def raw_count(home: Home, source: str, stream: str) -> int:
    files = home.raw / source / stream / "*" / "*.parquet"
    row = duckdb.sql(f"select count(*) from read_parquet('{files}')").fetchone()
    assert row is not None
    return row[0]


def test_everything_lands_and_nothing_is_quarantined(home, sample):
    counts = write_sample(home, sample)
    stated = sample.truth["requests_by_source"]
    assert counts.files == len(sample.files)
    assert counts.quarantined == 0
    assert counts.landed == counts.raw + counts.duplicate
    assert counts.duplicate == sample.truth["planted"]["gateway_duplicates"]["exact_within_file"]
    assert raw_count(home, "litellm", "spend_logs") == stated["litellm"]["lines"] - counts.duplicate
    assert raw_count(home, "claude_code", "transcripts") == stated["claude_code"]["lines"]
    assert json.loads(truth_file(home).read_text()) == json.loads(json.dumps(sample.truth))
    assert truth_file(home).parent.stat().st_mode & 0o077 == 0
    entries = list(arrivals(home))
    assert [entry.arrived_at for entry in entries] == [file.arrived_at.isoformat() for file in sample.files]
    assert {entry.tags["sample"] for entry in entries} == {"true"}
    with pytest.raises(ConfigError, match="--remove"):
        write_sample(home, sample)


def test_remove_leaves_what_others_landed(home, sample, tmp_path):
    small = [file for file in sample.files if file.source == "custom"]
    own = tmp_path / "mine.jsonl"
    own.write_bytes(next(file.content for file in small if file.stream == "outcomes"))
    ensure_folders(home)
    write_empty(home)
    ingest(home, "custom", "outcomes", [own], {"team": "mine"}, datetime(2026, 7, 3))
    before = all_files(home)
    write_sample(home, Sample(small, sample.truth, sample.attempts, sample.messages, sample.usage))
    home.warehouse.write_bytes(b"built from the sample")
    assert raw_count(home, "custom", "links") > 0
    removed = remove_sample(home)
    assert removed.arrivals == len(small)
    assert removed.warehouse
    # the bytes that the sample shared with a file of somebody else are still there
    assert all_files(home) - before == set()
    assert before - all_files(home) == set()
    assert [entry.tags for entry in arrivals(home)] == [{"team": "mine"}]
    assert raw_count(home, "custom", "links") == 0


def test_remove_without_a_sample_touches_nothing(home, monkeypatch):
    monkeypatch.setenv("AI_FINOPS_HOME", str(home.root))
    home.warehouse.parent.mkdir(parents=True)
    home.warehouse.write_bytes(b"real")
    result = CliRunner().invoke(command, ["--remove", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.output) == {
        "ok": True, "arrivals": 0, "objects": 0, "parquet_files": 0, "warehouse": False,
    }  # fmt: skip
    assert home.warehouse.read_bytes() == b"real"
