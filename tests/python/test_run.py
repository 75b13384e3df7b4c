"""Decisions of `run`, with a stand-in for dbt: what is taken in, when it builds, what it leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from warehouses import make_warehouse

from scripts import build as build_module
from scripts import run as run_module
from scripts.build import BuildResult, note_green_build, project_fingerprint
from scripts.errors import ChecksFailedError, ConfigError
from scripts.home import Home
from scripts.inbox import address, waiting_files
from scripts.landing import arrivals
from scripts.publish import published_file
from scripts.run import RunReport, build_plan, run

OUTCOMES = "outcome_id,outcome_type,occurred_at,status\n"


class Dbt:
    """Stands in for dbt: marks every landed batch as completed, or fails as told."""

    def __init__(self, home: Home) -> None:
        self.home, self.calls, self.fails = home, [], False

    def __call__(self, home: Home, arguments: tuple[str, ...] = (), **_options: object) -> BuildResult:
        self.calls.append(tuple(arguments))
        build_id = make_warehouse(home, len(self.calls), is_green=not self.fails)
        if self.fails:
            raise ChecksFailedError("the build is not green: test.x: fail")
        with duckdb.connect(str(home.warehouse)) as connection:
            connection.execute("create or replace table ops.completed (batch_id varchar)")
            for batch in {a.batch_id for a in arrivals(home)}:
                connection.execute("insert into ops.completed values (?)", [batch])
        result = BuildResult(build_id, 0, 1.0, {"success": 1})
        note_green_build(home, result, project_fingerprint())
        return result


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def dbt(home: Home, monkeypatch: pytest.MonkeyPatch) -> Dbt:
    stand_in = Dbt(home)
    monkeypatch.setattr(run_module, "build", stand_in)
    monkeypatch.setattr(run_module, "freshness_models", lambda _target: [])
    return stand_in


def drop(home: Home, name: str, text: str, folder: str = "custom/outcomes") -> Path:
    path = home.inbox / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def outcome(number: int) -> str:
    return OUTCOMES + f"o{number},ticket_resolved,2026-06-01T10:00:00Z,succeeded\n"


def go(home: Home) -> RunReport:
    return run(home, with_headline=False)


def test_first_run_on_an_empty_home_builds_and_publishes(home: Home, dbt: Dbt) -> None:
    report = go(home)
    assert report.exit_code == 0
    assert report.build_reason == "there is no warehouse yet"
    assert published_file(home).exists()


def test_nothing_new_means_no_build_and_no_publication(home: Home, dbt: Dbt) -> None:
    drop(home, "a.csv", outcome(1))
    go(home)
    before = published_file(home).stat().st_ino
    report = go(home)
    assert (report.build_reason, report.build, report.publication) == (None, None, None)
    assert len(dbt.calls) == 1
    assert published_file(home).stat().st_ino == before


def test_a_new_file_is_taken_in_once(home: Home, dbt: Dbt) -> None:
    go(home)
    path = drop(home, "a.csv", outcome(1))
    report = go(home)
    assert [item.raw for item in report.inbox.ingested] == [1]
    assert report.build_reason == "1 new batches"
    assert not path.exists()
    assert len(list(arrivals(home))) == 1
    go(home)
    assert len(list(arrivals(home))) == 1
    assert len(dbt.calls) == 2


def test_partial_and_hidden_files_stay(home: Home, dbt: Dbt) -> None:
    kept = [drop(home, "a.csv.part", outcome(1)), drop(home, ".b.csv", outcome(2))]
    kept.append(drop(home, "c.csv", outcome(3), folder="custom/outcomes/.upload"))
    report = go(home)
    assert report.inbox.ingested == []
    assert all(path.exists() for path in kept)


def test_folders_below_the_stream_are_tags(home: Home, dbt: Dbt) -> None:
    drop(home, "a.csv", outcome(1), folder="custom/outcomes/team=support/account=acme")
    go(home)
    (arrival,) = arrivals(home)
    assert arrival.tags == {"team": "support", "account": "acme"}
    assert arrival.scope == {"account": "acme"}


def test_a_refused_file_is_set_aside_and_the_rest_goes_on(home: Home, dbt: Dbt) -> None:
    drop(home, "bad.csv", "this is no such table\n1\n")
    drop(home, "good.csv", outcome(1))
    drop(home, "lost.csv", "x\n1\n", folder="nobody/knows")
    drop(home, "high.csv", "x\n1\n", folder="custom")
    report = go(home)
    assert report.exit_code == 4
    assert set(report.inbox.refused) == {
        "custom/outcomes/bad.csv",
        "nobody/knows/lost.csv",
        "custom/high.csv",
    }
    assert [item.raw for item in report.inbox.ingested] == [1]
    assert report.publication is not None
    refused = home.landing / "refused"
    names = sorted(p.name.split("-", 1)[1] for p in refused.rglob("*") if p.is_file())
    assert names == sorted(
        f"{n}{s}" for n in ("bad.csv", "lost.csv", "high.csv") for s in ("", ".reason.txt")
    )
    assert refused.stat().st_mode & 0o077 == 0
    assert waiting_files(home) == []
    assert go(home).exit_code == 0, "a refusal is told once"


def test_address_reads_source_stream_and_tags() -> None:
    assert address(Path("litellm/spend_logs")) == ("litellm", "spend_logs", {})
    assert address(Path("a/b/k=v=w")) == ("a", "b", {"k": "v=w"})
    for folder in ("a", ".", "a/b/c", "a/b/=v"):
        with pytest.raises(ConfigError):
            address(Path(folder))


def test_a_red_build_keeps_the_last_good_run_and_the_next_run_builds_again(home: Home, dbt: Dbt) -> None:
    go(home)
    before = published_file(home).stat().st_ino
    drop(home, "a.csv", outcome(1))
    dbt.fails = True
    with pytest.raises(ChecksFailedError):
        go(home)
    assert published_file(home).stat().st_ino == before
    dbt.fails = False
    report = go(home)
    assert report.build_reason == "the last build did not end green"
    assert published_file(home).stat().st_ino != before


def test_a_run_killed_before_publication_is_made_good(
    home: Home, dbt: Dbt, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(home)
    drop(home, "a.csv", outcome(1))
    with monkeypatch.context() as patch:
        patch.setattr(run_module, "publish", lambda _home: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            go(home)
    before = published_file(home).stat().st_ino
    report = go(home)
    assert (report.build_reason, len(dbt.calls)) == (None, 2)
    assert report.publication is not None
    assert published_file(home).stat().st_ino != before


def test_a_batch_without_raw_is_repaired(home: Home, dbt: Dbt) -> None:
    drop(home, "a.csv", outcome(1))
    go(home)
    (arrival,) = arrivals(home)
    for path in home.raw.rglob(f"{arrival.batch_id}.parquet"):
        path.unlink()
    report = go(home)
    assert report.repaired == [arrival.batch_id]


def test_batches_taken_out_of_landing_ask_for_a_full_refresh(home: Home, dbt: Dbt) -> None:
    drop(home, "a.csv", outcome(1))
    go(home)
    for path in home.manifest.glob("*.json"):
        path.unlink()
    assert build_plan(home)[1] == ("--full-refresh",)


def test_a_changed_project_asks_for_a_build(home: Home, dbt: Dbt, monkeypatch: pytest.MonkeyPatch) -> None:
    go(home)
    assert build_plan(home) == (None, ())
    monkeypatch.setattr(run_module, "project_fingerprint", lambda: "other")
    assert build_plan(home)[0] == "models, seeds or settings changed"


def test_a_build_made_without_the_command_line_is_built_again(home: Home, dbt: Dbt) -> None:
    go(home)
    make_warehouse(home, 99)
    assert build_plan(home)[0] == "models, seeds or settings changed"


def test_fingerprint_follows_the_files_that_matter(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.sql").write_text("select 1")
    (tmp_path / "README.md").write_text("x")
    first = project_fingerprint(tmp_path)
    (tmp_path / "README.md").write_text("y")
    assert project_fingerprint(tmp_path) == first
    (tmp_path / "models" / "a.sql").write_text("select 2")
    second = project_fingerprint(tmp_path)
    (tmp_path / "models" / "a.sql").rename(tmp_path / "models" / "b.sql")
    assert len({first, second, project_fingerprint(tmp_path)}) == 3


def test_only_freshness_is_rebuilt_when_nothing_is_pending(
    home: Home, dbt: Dbt, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(home)
    monkeypatch.setattr(run_module, "freshness_models", lambda _target: ["feed_budget"])
    report = go(home)
    assert dbt.calls[-1] == ("--select", "tag:freshness")
    assert report.publication is not None
    assert build_plan(home) == (None, ()), "the warehouse counts as complete after it"


def test_freshness_models_are_read_from_the_manifest(tmp_path: Path) -> None:
    nodes = {
        "model.a": {"name": "a", "resource_type": "model", "tags": ["freshness"]},
        "model.b": {"name": "b", "resource_type": "model", "tags": []},
        "test.c": {"name": "c", "resource_type": "test", "tags": ["freshness"]},
    }
    assert run_module.freshness_models(tmp_path) == []
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    assert run_module.freshness_models(tmp_path) == ["a"]


def test_run_results_are_summed_up(tmp_path: Path) -> None:
    results = [
        {"unique_id": "model.a", "status": "success"},
        {"unique_id": "test.b", "status": "fail"},
        {"unique_id": "test.c", "status": "warn"},
    ]
    path = tmp_path / "run_results.json"
    document = {"metadata": {"invocation_id": "x"}, "elapsed_time": 1.26, "results": results}
    path.write_text(json.dumps(document))
    result = build_module.read_run_results(path, 1)
    assert (result.counts, result.failures) == ({"success": 1, "fail": 1, "warn": 1}, ["test.b: fail"])
    with pytest.raises(ChecksFailedError, match="test.b: fail"):
        build_module.require_success(result)
