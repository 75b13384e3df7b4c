"""Landing is the truth: raw can be lost, cut short and made again, and is the same each time."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from gatehelp import ARRIVED, content_of_raw, gate_rows, raw, spend, write_lines

from scripts import ingest as ingest_module
from scripts.cli import main
from scripts.home import Home
from scripts.ingest import ingest, repair
from scripts.lock import acquire_lock

PROJECT = Path(__file__).resolve().parents[2]


def land_three(home: Home, folder: Path) -> None:
    first = write_lines(folder / "1.jsonl", [spend("a"), "{", spend("b", new_field={"k": 1.25})])
    second = write_lines(folder / "2.jsonl", [spend("a", spend=2), spend("c"), spend("c")])
    ingest(home, "litellm", "spend_logs", [first, second], {"team": "x"}, ARRIVED)
    ingest(home, "litellm", "spend_logs", [first], {}, ARRIVED.replace(day=3))


def test_the_same_bytes_arrive_twice_and_are_stored_once(home: Home, tmp_path: Path) -> None:
    land_three(home, tmp_path)
    arrivals = gate_rows(home, "arrivals")
    assert sorted(row["load_seq"] for row in arrivals) == [1, 2, 3]
    assert len({row["pull_id"] for row in arrivals}) == 3
    assert len({row["batch_id"] for row in arrivals}) == 2
    assert len([p for p in home.objects.rglob("*") if p.is_file()]) == 2
    again = [row for row in raw(home, "litellm", "spend_logs") if row["_load_seq"] == 3]
    assert [row["request_id"] for row in again] == ["a", "b"]


def test_the_same_file_twice_in_one_call(home: Home, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", [spend("a"), spend("b")])
    report = ingest(home, "litellm", "spend_logs", [path, path], {}, ARRIVED)
    assert (report.files, report.raw) == (2, 4)


def test_raw_made_again_is_the_same(home: Home, tmp_path: Path) -> None:
    land_three(home, tmp_path)
    before = content_of_raw(home)
    shutil.rmtree(home.raw)
    shutil.rmtree(home.quarantine)
    with acquire_lock(home):
        assert len(repair(home)) == 2
    empty = {path for path in before if path.endswith("empty.parquet")}
    assert content_of_raw(home) == {path: rows for path, rows in before.items() if path not in empty}


@pytest.mark.parametrize("step", ["write_manifest", "write_batch"])
def test_a_killed_ingest_is_made_good(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = write_lines(tmp_path / "x.jsonl", [spend("a"), "{"])

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ingest_module, step, killed)
        with pytest.raises(KeyboardInterrupt):
            ingest(home, "litellm", "spend_logs", [path], {}, ARRIVED)
    assert gate_rows(home, "arrivals") == []
    assert main(["init"]) == 0
    was_recorded = step == "write_batch"  # before the manifest entry, nothing has arrived
    assert len(gate_rows(home, "arrivals")) == int(was_recorded)
    if not was_recorded:
        ingest(home, "litellm", "spend_logs", [path], {}, ARRIVED)
    assert [row["request_id"] for row in raw(home, "litellm", "spend_logs")] == ["a"]
    assert len(gate_rows(home, "quarantine")) == 1


def test_an_ingest_makes_good_the_one_before(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ingest_module, "write_batch", killed)
        with pytest.raises(KeyboardInterrupt):
            ingest(home, "litellm", "spend_logs", [write_lines(tmp_path / "1.jsonl", [spend("a")])], {}, ARRIVED)
    ingest(home, "litellm", "spend_logs", [write_lines(tmp_path / "2.jsonl", [spend("b")])], {}, ARRIVED)
    assert [row["request_id"] for row in raw(home, "litellm", "spend_logs")] == ["a", "b"]
    assert [row["load_seq"] for row in gate_rows(home, "arrivals")] == [1, 2]


def test_a_rule_that_got_stricter_does_not_stop_a_rebuild(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(home, "litellm", "spend_logs", [write_lines(tmp_path / "1.jsonl", [spend("a", status=...)])], {}, ARRIVED)
    ingest(home, "litellm", "spend_logs", [write_lines(tmp_path / "2.jsonl", [spend("b")])], {}, ARRIVED)
    real = ingest_module.find_stream

    def stricter(source: str, stream: str):  # noqa: ANN202
        declared = real(source, stream)
        import dataclasses

        fields = tuple(dataclasses.replace(f, required=f.required or f.name == "status") for f in declared.fields)
        return dataclasses.replace(declared, fields=fields)

    monkeypatch.setattr(ingest_module, "find_stream", stricter)
    shutil.rmtree(home.raw)
    with acquire_lock(home):
        repair(home)
    assert [row["request_id"] for row in raw(home, "litellm", "spend_logs")] == ["b"]
    first = gate_rows(home, "arrivals")[0]
    assert (first["landed_count"], first["raw_count"], first["quarantined_count"]) == (1, 0, 1)


def test_a_held_lock_stops_a_second_run(home: Home, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", [spend("a")])
    script = (
        "import sys, time\nfrom scripts.home import Home\nfrom scripts.lock import acquire_lock\n"
        "with acquire_lock(Home.from_environment()):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "held"
        assert main(["ingest", "litellm", "spend_logs", str(path)]) == 3
        other.kill()  # a dead process holds nothing
        other.wait()
        assert main(["ingest", "litellm", "spend_logs", str(path)]) == 0


def test_nothing_is_left_of_a_refused_file(home: Home, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", ["no", "records"])
    assert main(["ingest", "litellm", "spend_logs", str(path)]) == 4
    assert list(home.manifest.glob("*.json")) == []
    assert [p for p in home.objects.rglob("*") if p.is_file()] == []
    assert gate_rows(home, "arrivals") == []
