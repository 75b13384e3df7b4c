"""Reports in files behind signed links, on a server that must not see our credentials: GitHub Copilot usage."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from mock_apis import SECRET

from scripts.extract.client import Settings
from scripts.extract.extract import Window, extract
from scripts.home import Home
from scripts.landing import arrivals

FAST = Settings(timeout_seconds=0.5, attempts=4, backoff_seconds=0.01, longest_pause_seconds=2)
DAYS = Window(datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 5, 7, tzinfo=UTC))
NO_REPORT = "2026-05-05"


@dataclass
class Reports:
    """Both servers: the API lists two files a day, for one day none; faults by number of the file asked for."""

    faults: dict[int, str] = field(default_factory=dict)
    signature: int = 0
    files: list[str] = field(default_factory=list)
    headers_of_files: list[dict[str, str]] = field(default_factory=list)
    file_server: str = ""

    def listed(self, day: str) -> tuple[int, bytes]:
        if day == NO_REPORT:
            return 204, b""
        self.signature += 1
        links = [f"{self.file_server}/{day}/{part}?signature=signed-{self.signature}" for part in (1, 2)]
        return 200, json.dumps({"download_links": links, "report_day": day}).encode()

    def file(self, path: str) -> tuple[int, bytes]:
        fault = self.faults.get(len(self.files))
        self.files.append(path)
        if fault:
            return {"broken": (500, b""), "expired": (403, b"expired")}.get(fault, (200, content(path)[:-30]))
        return 200, content(path)


def content(path: str) -> bytes:
    """Two people in each file; the second file of a day has people of its own."""
    _, day, part = path.split("/")
    people = [{"day": day, "user_login": f"dev-{part}-{n}", "ai_credits_used": n + int(part)} for n in (1, 2)]
    return "".join(json.dumps(person) + "\n" for person in people).encode()


def serve(answer: object) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            status, body = answer(urlsplit(self.path), dict(self.headers))  # type: ignore[operator]
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep test output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reports]:
    held = Reports()

    def file(address: object, headers: dict[str, str]) -> tuple[int, bytes]:
        held.headers_of_files.append(headers)
        return held.file(address.path)  # type: ignore[attr-defined]

    servers = [
        serve(lambda address, headers: held.listed(parse_qs(address.query)["day"][0])),
        serve(file),
    ]
    api, files = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    held.file_server = files
    monkeypatch.setenv("AI_FINOPS_GITHUB_URL", api)
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    monkeypatch.setenv("GITHUB_ORGANIZATIONS", "acme")
    yield held
    for server in servers:
        server.shutdown()
        server.server_close()


def pulled(home: Home) -> list[tuple]:
    files = str(home.root / "raw" / "github" / "copilot_usage" / "loaded_date=2*" / "*.parquet")
    return duckdb.sql(f"select day::varchar, ai_credits_used::int from read_parquet('{files}') order by all").fetchall()


EXPECTED = [(day, credits) for day in ("2026-05-04", "2026-05-06") for credits in (2, 3, 3, 4)]


@pytest.mark.parametrize(
    "faults", [{}, {1: "broken"}, {2: "cut"}, {3: "expired"}, {0: "broken", 1: "cut", 3: "expired"}], ids=str
)
def test_what_lands_is_what_the_files_hold(home: Home, reports: Reports, faults: dict[int, str]) -> None:
    reports.faults = faults
    [report] = extract(home, "github", ["copilot_usage"], DAYS, FAST)
    assert (report.error, report.refused, report.landed, report.quarantined) == (None, None, 8, 0)
    assert pulled(home) == EXPECTED
    for headers in reports.headers_of_files:
        assert SECRET not in str(headers)
    for path in home.root.rglob("*"):
        assert not path.is_file() or b"signed-" not in path.read_bytes(), path


def test_files_that_stay_away_are_an_error_that_names_no_link(home: Home, reports: Reports) -> None:
    reports.faults = dict.fromkeys(range(50), "broken")
    [report] = extract(home, "github", ["copilot_usage"], DAYS, FAST)
    assert report.exit_code == 1
    assert report.error == (
        "github: /orgs/acme/copilot/metrics/reports/users-1-day: a file of the report can't be fetched (status 500)"
    )
    assert list(arrivals(home)) == []
    reports.faults = {}
    [report] = extract(home, "github", ["copilot_usage"], DAYS, FAST)
    assert (report.error, pulled(home)) == (None, EXPECTED)


def test_a_day_without_a_report_is_no_error(home: Home, reports: Reports) -> None:
    day = datetime.fromisoformat(NO_REPORT).replace(tzinfo=UTC)
    [report] = extract(home, "github", ["copilot_usage"], Window(day, day + timedelta(days=1)), FAST)
    assert (report.error, report.landed, reports.files) == (None, 0, [])
