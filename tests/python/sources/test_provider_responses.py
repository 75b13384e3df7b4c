"""1,577 recorded response bodies of 16 services: tokens and prices from core against an independent library's."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from datetime import date, datetime
from decimal import Decimal

import pytest
from exports import write_jsonl
from warehouse import SHARED, build, copy_project, query

from scripts.home import Home
from scripts.ingest import ensure_folders, ingest
from scripts.prices.refresh import SeedPaths, refresh
from scripts.raw import write_empty

DATA = SHARED / "data" / "genai_prices_usage"
PRICED_AT = "2025-11-06T12:00:00Z"  # prices in force at this time are expected, whatever the recording's date
# Why a body's expectation is not one number, and what we do with it.
AMBIGUOUS = {
    "num_cached_tokens is in the body but not in the expectation": "we take num_cached_tokens as cache reads",
    "billed_units and tokens differ; the expectation takes billed_units": "we take billed_units: they are what is paid",
    "no extractor of this provider fits this API": "we read it by its shape; nothing to compare with",
}

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"real data not at hand: {DATA.name}")


def report(line: str) -> None:
    """A line for whoever reads the test run; shown with -s, and when a test fails."""
    sys.stdout.write(line + "\n")


def table(name: str) -> list[dict[str, str]]:
    opener = gzip.open if name.endswith(".gz") else open
    with opener(DATA / name, "rt", newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def truth() -> list[dict[str, str]]:
    return table("true_provider.csv")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, truth: list[dict[str, str]]) -> Home:
    folder = tmp_path_factory.mktemp("responses")
    home = Home(folder / "home")
    ensure_folders(home)
    write_empty(home)
    with gzip.open(DATA / "usages.json.gz", "rt", encoding="utf-8") as handle:
        bodies = [entry["body"] for entry in json.load(handle)]
    records = [
        {
            "response_id": f"body-{row['payload_id']}",
            "provider": row["provider_id"],
            "created_at": PRICED_AT,
            "api": row["api"],
            **{key: value for key, value in bodies[int(row["payload_id"])].items() if key != "file"},
        }
        for row in truth
    ]
    path = write_jsonl(folder / "responses.jsonl", records)
    report = ingest(home, "provider", "responses", [path], {"account": "recorded"}, datetime(2025, 11, 7))
    assert not report.refused and not report.quarantined
    project = copy_project(folder / "project")
    prices = SeedPaths(project / "seeds")
    for seed in (prices.prices, prices.aliases, prices.models):
        seed.write_text(seed.read_text(encoding="utf-8").split("\n", 1)[0] + "\n", encoding="utf-8")
    sold = {row["provider_id"] for row in truth} - {"heroku", "ollama"}  # these two have no prices in the list
    refresh(prices, date(2026, 11, 22), providers=sorted(sold), list_file=DATA / "prices_v2_data.json")
    build(home.root, project=project)
    return home


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, str]]:
    """Expectation of the true provider, by body; a body with several has no single one and is ambiguous."""
    rows = [row for row in table("usage_price_expectations.csv.gz") if row["is_true_provider"] == "True"]
    return {f"body-{row['payload_id']}": row for row in rows}


def test_every_body_is_a_request(home: Home, truth: list[dict[str, str]]) -> None:
    assert query(home.root, "select count(*) from core.fct_ai_requests") == [(len(truth),)] == [(1577,)]
    assert query(home.root, "select distinct gap from ops.conservation") == [(0,)]


def test_token_splits(home: Home, truth: list[dict[str, str]], expected: dict[str, dict[str, str]]) -> None:
    columns = {
        "input_tokens": """input_uncached_tokens + input_cache_read_tokens + input_cache_write_short_tokens
            + input_cache_write_long_tokens + input_audio_tokens + input_audio_cache_read_tokens""",
        "cache_read_tokens": "input_cache_read_tokens + input_audio_cache_read_tokens",
        "cache_write_tokens": "input_cache_write_short_tokens + input_cache_write_long_tokens",
        "cache_write_1h_tokens": "input_cache_write_long_tokens",
        "input_audio_tokens": "input_audio_tokens + input_audio_cache_read_tokens",
        "cache_audio_read_tokens": "input_audio_cache_read_tokens",
        "output_tokens": "output_tokens + output_audio_tokens + output_image_tokens",
        "output_audio_tokens": "output_audio_tokens",
        "output_image_tokens": "output_image_tokens",
        "output_reasoning_tokens": "coalesce(output_reasoning_tokens, 0)",
    }
    rows = query(home.root, f"select request_id, {', '.join(columns.values())} from core.fct_ai_requests")
    found = {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}
    wrong, counted = {}, 0
    for row in truth:
        body = f"body-{row['payload_id']}"
        if row["tokens_unambiguous"] != "True":
            continue
        counted += 1
        wanted = {name: int(expected[body][name] or 0) for name in columns}
        if found[body] != wanted:
            differing = {name: (found[body][name], want) for name, want in wanted.items() if found[body][name] != want}
            wrong[body] = (row["provider_id"], row["api"], differing)
    ambiguous: dict[str, list[str]] = {}
    for row in truth:
        if row["tokens_unambiguous"] != "True":
            ambiguous.setdefault(row["why_not"], []).append(row["payload_id"])
    report(f"token splits: {counted - len(wrong)} of {counted} unambiguous bodies equal")
    for reason, bodies in ambiguous.items():
        report(f"  {len(bodies)} ambiguous: {reason}: {AMBIGUOUS[reason]}: {', '.join(bodies)}")
    assert sum(map(len, ambiguous.values())) == 60
    assert wrong == {}
    assert counted == 1517


def test_prices(home: Home, truth: list[dict[str, str]], expected: dict[str, dict[str, str]]) -> None:
    found = dict(query(home.root, "select request_id, list_cost_usd from core.fct_ai_requests"))
    wrong, counted, total = {}, 0, Decimal(0)
    for row in truth:
        if row["price_unambiguous"] != "True":
            continue
        counted += 1
        body = f"body-{row['payload_id']}"
        wanted = Decimal(expected[body]["expected_total_price_usd"])
        total += wanted
        if found[body] != wanted:
            wrong[body] = (row["provider_id"], expected[body]["model"], found[body], wanted)
    report(f"prices: {counted - len(wrong)} of {counted} unambiguous bodies equal, {total} USD")
    assert wrong == {}
    assert (counted, total) == (1249, Decimal("9.1149799564"))
