"""The files in apis/: every endpoint fills a stream that takes what it brings, and asks for the right pages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from scripts.declarations import find_stream
from scripts.errors import ConfigError
from scripts.extract.api import APIS_DIR, Endpoint, calls, load_api
from scripts.extract.client import ExportCursor

SINCE, UNTIL = datetime(2026, 5, 30, tzinfo=UTC), datetime(2026, 6, 2, 12, tzinfo=UTC)
SOURCES = sorted(path.stem for path in APIS_DIR.glob("*.yml"))


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the templates read from the environment."""
    for source in SOURCES:
        raw = yaml.safe_load((APIS_DIR / f"{source}.yml").read_text(encoding="utf-8"))
        monkeypatch.setenv(raw["base_url_env"], "https://example.com/")
    monkeypatch.setenv("GITHUB_REPOSITORIES", "acme/app, acme/site")
    monkeypatch.setenv("GITHUB_ORGANIZATIONS", "acme")


def test_the_apis_that_are_promised() -> None:
    assert SOURCES == ["anthropic", "github", "jira", "langfuse", "litellm", "openai", "zendesk"]


@pytest.mark.parametrize("source", SOURCES)
def test_each_endpoint_fills_a_stream(source: str) -> None:
    api = load_api(source)
    assert api.base_url == "https://example.com"
    for name, endpoint in api.endpoints.items():
        stream = find_stream(source, name)
        lands_records = endpoint.records or stream.pages is None
        assert ("jsonl" if lands_records else "json_pages") in stream.formats, name
        for call in calls(endpoint, SINCE, UNTIL):
            assert call.path.startswith("/"), name
            assert not [text for text in (call.path, *map(str, call.params.values())) if "{" in text], name


def urls(source: str, stream: str) -> list[str]:
    """Path and parameters of the first pages of a pull."""
    found = calls(load_api(source).endpoints[stream], SINCE, UNTIL)
    return [call.path + "?" + "&".join(f"{name}={value}" for name, value in call.params.items()) for call in found]


def test_a_window_is_written_as_each_api_wants_it() -> None:
    assert urls("openai", "costs") == [
        "/v1/organization/costs?start_time=1780099200&end_time=1780401600&bucket_width=1d&limit=31"
        "&group_by=['project_id', 'line_item']"
    ]
    assert urls("anthropic", "cost_report") == [
        "/v1/organizations/cost_report?starting_at=2026-05-30T00:00:00Z&ending_at=2026-06-02T12:00:00Z"
        "&bucket_width=1d&limit=31&group_by[]=['workspace_id', 'description']"
    ]
    assert urls("jira", "issues")[0].startswith(
        '/rest/api/3/search/jql?jql=updated >= "2026-05-30 00:00" order by updated asc'
    )


def test_reports_of_one_day_or_month_are_asked_for_one_by_one() -> None:
    days = [url.split("?")[1].split("&")[0] for url in urls("anthropic", "claude_code_analytics")]
    assert days == [f"starting_at=2026-{day}" for day in ("05-30", "05-31", "06-01", "06-02")]
    assert urls("github", "billing_usage") == [
        "/organizations/acme/settings/billing/usage?year=2026&month=05",
        "/organizations/acme/settings/billing/usage?year=2026&month=06",
    ]


def test_analytics_are_asked_for_by_month_and_only_when_named() -> None:
    optional = [name for name, endpoint in load_api("anthropic").endpoints.items() if endpoint.is_optional]
    assert optional == ["analytics_usage", "analytics_cost"]
    assert urls("anthropic", "analytics_cost") == [
        f"/v1/organizations/analytics/cost?starting_at={start}T00:00:00Z&ending_at={end}T00:00:00Z"
        "&time_bucket_width=1d&order_by=time&group_by[]=['workspace_id', 'model', 'actor', 'token_type', 'product']"
        for start, end in (("2026-05-01", "2026-06-01"), ("2026-06-01", "2026-07-01"))
    ]


def test_lists_per_item_are_asked_for_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [url.split("?")[0] for url in urls("github", "pull_requests")] == [
        "/repos/acme/app/pulls",
        "/repos/acme/site/pulls",
    ]
    monkeypatch.delenv("GITHUB_REPOSITORIES")
    with pytest.raises(ConfigError, match="set GITHUB_REPOSITORIES to what pull_requests is to be pulled for"):
        urls("github", "pull_requests")


def test_an_unknown_key_of_an_endpoint_is_refused(tmp_path: Path) -> None:
    api = {"source": "x", "base_url": "https://example.com", "base_url_env": "NO_SUCH", "auth": {}}
    text = yaml.safe_dump({**api, "endpoints": {"a": {"path": "/", "page": 1}}})
    (tmp_path / "x.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="x.yml: endpoint a: unknown keys page"):
        load_api("x", tmp_path)


@pytest.mark.parametrize(
    ("body", "following"),
    [
        ({"meta": {"after_cursor": "c1", "has_more": True}}, "c1"),
        ({"meta": {"after_cursor": "c1", "has_more": False}}, None),
        ({"meta": {"after_cursor": None, "has_more": False}}, None),
    ],
)
def test_a_cursor_that_comes_with_the_last_page_is_not_followed(body: dict, following: str | None) -> None:
    cursor = ExportCursor("meta.after_cursor", "page[after]", None, "meta.has_more", ())
    cursor.update_state(SimpleNamespace(json=lambda: body))  # type: ignore[arg-type]
    assert (cursor.has_next_page, cursor._next_reference) == (following is not None, following)


def test_defaults_of_an_endpoint() -> None:
    endpoint = Endpoint("s", "/")
    assert (endpoint.lookback_days, endpoint.first_days, endpoint.pages) == (3, 30, {})
