"""Files by URL: what a store holds lands as if it lay in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator

import fsspec
import pytest

from scripts.cli import main
from scripts.home import Home
from scripts.landing import arrivals


def log(number: int) -> bytes:
    """One line of a spend log."""
    moment = {"startTime": "2026-05-04T00:00:00Z", "endTime": "2026-05-04T00:00:01Z"}
    tokens = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2, "spend": 0}
    return json.dumps({"request_id": f"r{number}", "model": "m", **moment, **tokens}).encode() + b"\n"


@pytest.fixture
def store() -> Iterator[str]:
    """A store in memory with logs of two days, a file that is still being written, and something else."""
    system = fsspec.filesystem("memory")
    files = {"day=1/log.jsonl": log(1), "day=2/log.jsonl": log(2), "day=2/log.jsonl.part": b"{", "day=2/.hidden": b"{"}
    for name, content in files.items():
        system.pipe_file(f"/bucket/logs/{name}", content)
    yield "memory://bucket/logs"
    system.rm("/bucket", recursive=True)


@pytest.mark.parametrize(
    ("path", "files"),
    [("", 2), ("/", 2), ("/day=2", 1), ("/day=1/log.jsonl", 1), ("/*/log.jsonl", 2), ("/day=*", 2)],
)
def test_files_of_a_store_land(home: Home, store: str, path: str, files: int) -> None:
    assert main(["ingest", "litellm", "spend_logs", store + path]) == 0
    assert len(list(arrivals(home))) == files
    assert {entry.source_file for entry in arrivals(home)} == {"log.jsonl"}
    assert not list(home.landing.glob(".fetched-*"))


def test_a_store_beside_a_folder(home: Home, store: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("logs") / "three.jsonl"
    path.write_bytes(log(3))
    assert main(["ingest", "litellm", "spend_logs", store, str(path)]) == 0
    assert len(list(arrivals(home))) == 3


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("memory://bucket/nowhere", "no such file or folder: memory://bucket/nowhere"),
        ("nothing://bucket/logs", "no driver for nothing://; run 'make install-object-stores'"),
    ],
)
def test_what_is_not_there_is_said(home: Home, capsys: pytest.CaptureFixture[str], url: str, said: str) -> None:
    assert main(["ingest", "litellm", "spend_logs", url]) == 2
    assert said in capsys.readouterr().err
    assert list(arrivals(home)) == []
