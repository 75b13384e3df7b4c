"""Extraction from servers that fail: what lands is what the server holds, and no secret is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from mock_apis import SECRET, SHAPES, Shape, Vendor, serving
from warehouse import PROJECT

from scripts.cli import main
from scripts.errors import ConfigError
from scripts.extract.client import Settings
from scripts.extract.extract import Window, extract
from scripts.home import Home
from scripts.landing import arrivals

FAST = Settings(timeout_seconds=0.5, attempts=4, backoff_seconds=0.01, longest_pause_seconds=2)
START = datetime(2026, 5, 4, tzinfo=UTC)
MAY = Window(START, START + timedelta(days=8))
BY_SOURCE = {shape.source: shape for shape in SHAPES}


def _bucket(day: int, result: dict[str, Any], start: str, end: str, is_iso: bool) -> dict[str, Any]:
    moments = [START + timedelta(days=day + offset) for offset in (0, 1)]
    times = [f"{m:%Y-%m-%dT%H:%M:%SZ}" if is_iso else int(m.timestamp()) for m in moments]
    return {"object": "bucket", start: times[0], end: times[1], "results": [result] if day != 2 else []}


def record(source: str, index: int, amount: int = 0) -> dict[str, Any]:
    """A record of each API in its shape; `amount` changes what it says and not which one it is."""
    moment = f"{START + timedelta(days=index):%Y-%m-%dT%H:%M:%S}.000Z"
    amount = amount or 100 + index
    if source == "openai":
        tokens = {"input_tokens": amount, "output_tokens": 5, "num_model_requests": 1, "model": "gpt-5.2"}
        return _bucket(index, tokens, "start_time", "end_time", is_iso=False)
    if source == "anthropic":
        cost = {"currency": "USD", "amount": f"{amount}.5", "description": "Claude Usage", "model": "claude-sonnet-4-6"}
        return _bucket(index, cost, "starting_at", "ending_at", is_iso=True)
    return {
        "litellm": {
            "request_id": f"r{index}",
            "startTime": moment,
            "endTime": moment,
            "model": "gpt-5.2",
            "prompt_tokens": amount,
            "completion_tokens": 1,
            "total_tokens": amount + 1,
            "spend": 0.1,
            "metadata": {"data": "a key that is also the name of the list"},
        },
        "langfuse": {"id": f"o{index}", "traceId": "t", "type": "SPAN", "startTime": moment, "latency": amount},
        "github": {
            "id": index,
            "number": amount,
            "state": "open",
            "created_at": moment,
            "updated_at": f"{START + timedelta(days=7, hours=-index):%Y-%m-%dT%H:%M:%SZ}",
            "base": {"ref": "main", "repo": {"full_name": "acme/app"}},
        },
        "zendesk": {
            "id": index,
            "status": "open",
            "created_at": moment,
            "updated_at": moment,
            "group_id": amount,
            "subject": "text",
        },
        "jira": {
            "id": str(index),
            "key": f"P-{amount}",
            "fields": {
                "created": moment,
                "updated": moment,
                "project": {"key": "P"},
                "status": {"statusCategory": {"key": "new"}},
            },
        },
    }[source]


# What of a record is compared: which one it is, and what it says.
COMPARED = {
    "openai": "cast(start_time as varchar), cast(input_tokens as varchar)",
    "anthropic": "cast(starting_at as varchar), cast(amount as varchar)",
    "litellm": "request_id, cast(prompt_tokens as varchar)",
    "langfuse": "id, cast(start_time as varchar)",
    "github": "cast(id as varchar), cast(number as varchar)",
    "zendesk": "cast(id as varchar), cast(group_id as varchar)",
    "jira": "id, key",
}


def vendor_of(shape: Shape, faults: dict[int, str] | None = None) -> Vendor:
    """A vendor with four pages of two records each."""
    records = [record(shape.source, index) for index in range(8)]
    return Vendor(shape, [records[start : start + 2] for start in range(0, 8, 2)], faults or {})


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No credentials but those that a test sets."""
    for shape in SHAPES:
        for name in (*shape.environment, shape.url_variable):
            monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture(params=SHAPES, ids=[shape.source for shape in SHAPES])
def vendor(request: pytest.FixtureRequest, environment: pytest.MonkeyPatch) -> Iterator[Vendor]:
    """Each API in turn, served, with credentials set."""
    with serving(vendor_of(request.param)) as served:
        use(served, environment)
        yield served


def use(vendor: Vendor, environment: pytest.MonkeyPatch) -> None:
    """Point the environment at a vendor."""
    environment.setenv(vendor.shape.url_variable, vendor.url)
    for name, value in vendor.shape.environment.items():
        environment.setenv(name, value)


def pull(home: Home, vendor: Vendor, window: Window = MAY) -> Any:  # noqa: ANN401
    """Extract the vendor's stream; the report of it."""
    [report] = extract(home, vendor.shape.source, [vendor.shape.stream], window, FAST)
    return report


def landed(home: Home, vendor: Vendor, batch: int = -1) -> list[tuple[str, ...]]:
    """What raw holds of one batch."""
    shape = vendor.shape
    batches = sorted({entry.batch_id for entry in arrivals(home)})
    files = str(home.root / "raw" / shape.source / shape.stream / "*" / f"{batches[batch]}*.parquet")
    return duckdb.sql(f"select {COMPARED[shape.source]} from read_parquet('{files}') order by all").fetchall()


def expected(home: Home, vendor: Vendor, tmp_path: Path) -> list[tuple[str, ...]]:
    """What raw holds of the same records when they come as one page, from a file."""
    other = Home(tmp_path / "other")
    whole = Vendor(vendor.shape, [vendor.records])
    with serving(whole), pytest.MonkeyPatch.context() as environment:
        use(whole, environment)
        assert pull(other, whole).error is None
    return landed(other, whole)


def test_all_pages_land(home: Home, vendor: Vendor, tmp_path: Path) -> None:
    report = pull(home, vendor)
    assert (report.error, report.refused, report.quarantined) == (None, None, 0)
    assert len(vendor.asked) == 4
    assert landed(home, vendor) == expected(home, vendor, tmp_path)
    # a bucket without results is a record too: it clears what an earlier pull had there
    assert report.landed == 8


@pytest.mark.parametrize("fault", ["limited", "broken", "hangs", "cut", "expired", "repeated"])
def test_what_lands_is_what_the_server_holds(home: Home, vendor: Vendor, fault: str, tmp_path: Path) -> None:
    vendor.faults = {2: fault}
    report = pull(home, vendor)
    assert report.error is None
    assert landed(home, vendor) == expected(home, vendor, tmp_path)


def test_one_fault_after_the_other(home: Home, vendor: Vendor, tmp_path: Path) -> None:
    vendor.faults = dict(enumerate(["limited", "broken", "cut", "none", "expired", "none", "broken", "hangs", "cut"]))
    assert pull(home, vendor).error is None
    assert landed(home, vendor) == expected(home, vendor, tmp_path)


def test_a_limit_is_waited_for(home: Home, vendor: Vendor) -> None:
    vendor.faults = {1: "limited"}
    begun = time.monotonic()
    assert pull(home, vendor).error is None
    assert time.monotonic() - begun >= 1


def test_a_page_that_changes_between_two_pulls(home: Home, vendor: Vendor, tmp_path: Path) -> None:
    assert pull(home, vendor).error is None
    before = landed(home, vendor)
    vendor.pages[1][0] = record(vendor.shape.source, 3, amount=999)
    vendor.pages[3] = vendor.pages[3][:1]
    assert pull(home, vendor).error is None
    assert landed(home, vendor) == expected(home, vendor, tmp_path) != before


def test_a_server_that_stays_down_is_an_error_and_the_next_pull_goes_on(
    home: Home, vendor: Vendor, tmp_path: Path
) -> None:
    vendor.faults = dict.fromkeys(range(2, 50), "broken")
    report = pull(home, vendor)
    assert (report.exit_code, "status 500" in report.error) == (1, True)
    assert list(arrivals(home)) == []
    vendor.faults, asked = {}, len(vendor.asked)
    assert pull(home, vendor).error is None
    assert len(vendor.asked) == asked + 2
    assert landed(home, vendor) == expected(home, vendor, tmp_path)


def test_wrong_credentials_say_which(home: Home, vendor: Vendor) -> None:
    vendor.faults = {0: "refused"}
    report = pull(home, vendor)
    assert report.exit_code == 2
    assert [name for name in vendor.shape.environment if name in report.error]
    assert SECRET not in report.error


def test_missing_credentials_say_which(home: Home, environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="set OPENAI_ADMIN_KEY"):
        extract(home, "openai", ["costs"], MAY, FAST)
    with pytest.raises(ConfigError, match="set ZENDESK_URL"):
        extract(home, "zendesk", [], MAY, FAST)
    with pytest.raises(ConfigError, match="no API is known for vllm; extract knows anthropic, github"):
        extract(home, "vllm", [], MAY, FAST)


def test_the_manifest_says_what_was_asked(home: Home, vendor: Vendor) -> None:
    pull(home, vendor)
    [entry] = arrivals(home)
    told = entry.extra["extract"]
    assert (told["since"], told["until"], told["pages"]) == (MAY.since.isoformat(), MAY.until.isoformat(), 4)
    assert told["requests"][0]["path"] == vendor.shape.path
    path, query = vendor.asked[0]
    assert {name: [str(v) for v in (value if isinstance(value, list) else [value])] for name, value in
            told["requests"][0]["params"].items()} == {k: v for k, v in query.items() if k != "page"}
    if vendor.shape.source in ("openai", "anthropic"):
        assert entry.tags["group_by"].split(",") == query.get("group_by", query.get("group_by[]"))


def test_the_next_pull_begins_at_the_end_less_the_lookback(home: Home, environment: pytest.MonkeyPatch) -> None:
    with serving(vendor_of(BY_SOURCE["openai"])) as vendor:
        use(vendor, environment)
        pull(home, vendor)
        report = pull(home, vendor, Window(until=MAY.until + timedelta(days=1)))
        assert report.since == (MAY.until - timedelta(days=7)).isoformat()
        report = pull(home, vendor, Window(until=MAY.until + timedelta(days=2), lookback_days=1))
        assert report.since == MAY.until.isoformat()
        environment.setenv("AI_FINOPS_OPENAI_ACCOUNT", "another")
        report = pull(home, vendor, Window(until=MAY.until))
        assert datetime.fromisoformat(report.since) < datetime.now(UTC) - timedelta(days=89)


def test_a_list_that_is_newest_first_ends_at_what_is_known(home: Home, environment: pytest.MonkeyPatch) -> None:
    with serving(vendor_of(BY_SOURCE["github"])) as vendor:
        use(vendor, environment)
        since = START + timedelta(days=7)
        report = pull(home, vendor, Window(since, since + timedelta(days=1)))
        assert (report.error, len(vendor.asked)) == (None, 1)


def test_a_stream_that_fails_keeps_no_other_from_landing(home: Home, environment: pytest.MonkeyPatch) -> None:
    with serving(vendor_of(BY_SOURCE["openai"])) as vendor:
        use(vendor, environment)
        reports = extract(home, "openai", ["costs", "usage_completions"], MAY, FAST)
    assert [bool(report.error) for report in reports] == [True, False]
    assert [entry.stream for entry in arrivals(home)] == ["usage_completions"]


def test_a_process_killed_in_the_middle_goes_on_and_tells_no_secret(home: Home, vendor: Vendor, tmp_path: Path) -> None:
    vendor.hold_at = 2
    arguments = [vendor.shape.source, vendor.shape.stream, "--since", "2026-05-04", "--until", "2026-05-12"]
    command = [sys.executable, "-m", "scripts.cli", "-v", "extract", *arguments, "--json"]
    process = subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while len(vendor.asked) < 3 and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    first = process.communicate()
    assert list(arrivals(home)) == []
    vendor.held.set()
    again = subprocess.run(command, cwd=PROJECT, env={**os.environ}, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["streams"][0]["pages"] == 4
    # two pages were there already; the third was asked for twice
    assert len(vendor.asked) == 5
    assert landed(home, vendor) == expected(home, vendor, tmp_path)
    assert not list((home.root / "landing" / "extract").rglob("pages.part"))
    for text in (*first, again.stdout, again.stderr):
        assert SECRET not in text
    for path in home.root.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
    assert any(SECRET in value or "Basic" in value for value in vendor.headers[0].values())


def test_optional_streams_are_pulled_only_when_named(home: Home, environment: pytest.MonkeyPatch) -> None:
    with serving(vendor_of(BY_SOURCE["anthropic"])) as vendor:
        use(vendor, environment)
        reports = extract(home, "anthropic", [], MAY, FAST)
        assert [report.stream for report in reports] == ["usage_messages", "cost_report", "claude_code_analytics"]
        [report] = extract(home, "anthropic", ["analytics_cost"], MAY, FAST)
        assert "/v1/organizations/analytics/cost" in {path for path, _ in vendor.asked}


def test_the_command_says_which_streams_failed(
    home: Home, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(vendor_of(BY_SOURCE["openai"])) as vendor:
        use(vendor, environment)
        window = ["--since", "2026-05-04", "--until", "2026-05-12"]
        assert main(["extract", "openai", "costs", "usage_completions", *window]) == 1
        said = capsys.readouterr()
        assert "openai usage_completions: 2026-05-04 to 2026-05-12T00:00, 4 pages, 8 records landed" in said.out
        assert "openai costs: openai: /v1/organization/costs" in said.err
        assert "ai-finops: 1 of 2 streams of openai failed" in said.err
        assert main(["extract", "openai", "costs", *window, "--json"]) == 1
        told = json.loads(capsys.readouterr().out)
        assert (told["ok"], told["exit_code"], told["streams"][0]["stream"]) == (False, 1, "costs")
        assert main(["extract", "openai", "nothing"]) == 2
        assert "openai has no API for nothing; extract knows usage_completions" in capsys.readouterr().err
        assert main(["extract", "openai", "--since", "yesterday"]) == 2
        assert "--since yesterday: not an ISO date or time" in capsys.readouterr().err
