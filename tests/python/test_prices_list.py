"""The committed price seed says what the public list says, and prices real usage as an independent calculation does."""

import csv
import gzip
import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from genai_prices import Usage
from genai_prices.data import providers as bundled

from scripts.home import PROJECT_DIR
from scripts.prices.catalog import family_of, tier_of
from scripts.prices.genai import DEFAULT_PROVIDERS, HOURLY_NOTE, models_of, select_providers
from scripts.prices.refresh import SeedPaths
from scripts.prices.rows import METERS, PriceKey, PriceTable, problems, read_prices

SEEDS = SeedPaths(PROJECT_DIR / "seeds")
USAGE_DATA = PROJECT_DIR.parent / "shared" / "data" / "genai_prices_usage"
MILLION = Decimal(1_000_000)


@pytest.fixture(scope="module")
def table() -> PriceTable:
    return read_prices(SEEDS.prices)


@pytest.fixture(scope="module")
def aliases() -> list[dict[str, str]]:
    with SEEDS.aliases.open(newline="") as handle:
        return list(csv.DictReader(handle))


def price_on(table: PriceTable, day: date, *key: str | int) -> Decimal | None:
    return next((row.usd_per_token for row in table.get(PriceKey(*key), []) if row.holds_on(day)), None)


def resolve(aliases: list[dict[str, str]], provider: str, name: str) -> str | None:
    """The order of int_models__resolved, for a name that needs no stripping."""
    tests = {
        "equals": lambda value: name == value,
        "starts_with": name.startswith,
        "ends_with": name.endswith,
        "contains": lambda value: value in name,
        "regex": lambda value: re.search(value, name) is not None,
    }
    hits = [row for row in aliases if row["provider"] == provider and tests[row["match_type"]](row["match_value"])]
    best = min(hits, key=lambda row: (int(row["priority"]), -len(row["match_value"]), row["match_value"]), default=None)
    return best["model"] if best else None


def test_seed_is_valid_and_names_every_default_provider(table):
    assert problems(table) == []
    assert {key.provider for key in table} == set(DEFAULT_PROVIDERS)
    assert SEEDS.prices.stat().st_size < 1_500_000


@pytest.mark.parametrize(
    ("model", "usd_per_million"),
    [
        ("claude-opus-4-6", ("5", "0.5", "6.25", "10", "25")),
        ("claude-sonnet-4-6", ("3", "0.3", "3.75", "6", "15")),
        ("claude-haiku-4-5", ("1", "0.1", "1.25", "2", "5")),
    ],
)
@pytest.mark.parametrize("day", [date(2026, 2, 1), date(2026, 3, 31)])
def test_known_prices_of_spring_2026(table, model, usd_per_million, day):
    found = [price_on(table, day, "anthropic", model, meter, "standard", 0) for meter in METERS[:5]]
    assert [price * MILLION for price in found] == [Decimal(text) for text in usd_per_million]


def test_long_context_price_of_sonnet_ended_on_march_13(table):
    key = ("anthropic", "claude-sonnet-4-6", "input_uncached_tokens", "standard", 200_000)
    assert price_on(table, date(2026, 3, 12), *key) == Decimal("0.000006")
    assert price_on(table, date(2026, 3, 13), *key) is None


def test_anthropic_one_hour_writes_cost_twice_the_input(table):
    long_writes = [key for key in table if key.provider == "anthropic" and key.meter == METERS[3]]
    compared = 0
    for key in long_writes:
        base = table[PriceKey(key.provider, key.model, METERS[0], key.service_tier, key.context_min_tokens)]
        for price, own in zip(table[key], base, strict=True):
            if not price.source_note:
                assert price.usd_per_token == 2 * own.usd_per_token, key
                compared += 1
    assert compared > 30


def test_every_model_with_an_input_price_has_all_input_meters(table):
    input_meters = [meter for meter in METERS if meter.startswith("input")]
    bases = [key for key in table if key.meter == METERS[0]]
    assert len(bases) > 500
    for key in bases:
        for meter in input_meters:
            other = PriceKey(key.provider, key.model, meter, key.service_tier, key.context_min_tokens)
            assert other in table, other


def test_fallback_rows_say_so(table):
    rows = table[PriceKey("openai", "gpt-4o", "input_cache_write_short_tokens", "standard", 0)]
    assert [(row.usd_per_token, row.source_note) for row in rows] == [
        (Decimal("0.0000025"), "no price of its own: charged as input")
    ]


def test_standard_prices_equal_those_of_the_package(table):
    """Every token price of every model on three days, by the package's own calculation on one million tokens."""
    compared = 0
    for provider_id, provider in select_providers(bundled, DEFAULT_PROVIDERS):
        for model in provider.models:
            for day in (date(2024, 6, 1), date(2026, 5, 1), date(2026, 11, 1)):
                at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
                for meter, usage_key in (
                    ("input_uncached_tokens", None),
                    ("input_cache_read_tokens", "cache_read_tokens"),
                    ("output_tokens", "output_tokens"),
                ):
                    found = price_on(table, day, provider_id, model.id.lower(), meter, "standard", 0)
                    rows = table.get(PriceKey(provider_id, model.id.lower(), meter, "standard", 0), [])
                    if found is None or any(HOURLY_NOTE in row.source_note for row in rows):
                        continue
                    counts = {"input_tokens": 1000} if meter.startswith("input") else {}
                    counts |= {usage_key: 1000} if usage_key else {}
                    expected = model.calc_price(Usage(**counts), provider, genai_request_timestamp=at)
                    assert found * 1000 == expected.input_price + expected.output_price, (model.id, meter, day)
                    compared += 1
    assert compared > 3500


def test_names_resolve_as_the_package_resolves_them(aliases, table):
    """All names that the list itself spells out, for every provider."""
    priced = {(key.provider, key.model) for key in table}
    names = {row["match_value"] for row in aliases if row["match_type"] == "equals"}
    for _, provider in select_providers(bundled, DEFAULT_PROVIDERS):
        names |= {model.id.lower() for model in provider.models}
    same = Counter()
    for provider_id, provider in select_providers(bundled, DEFAULT_PROVIDERS):
        for name in sorted(names):
            model = provider.find_model(name, all_providers=bundled)
            if model and (provider_id, model.id.lower()) in priced:
                assert resolve(aliases, provider_id, name) == model.id.lower(), (provider_id, name)
                same[provider_id] += 1
    assert min(same[name] for name in ("openai", "anthropic", "google", "azure", "aws")) > 30


@pytest.mark.parametrize(
    ("provider", "name", "model"),
    [
        ("anthropic", "claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("openai", "gpt-5.4-2026-03-05", "gpt-5.4"),
        ("azure", "gpt-4o-2024-11-20", "gpt-4o"),
        ("google", "gemini-2.5-pro-preview-tts", "gemini-2.5-pro-tts"),
        ("openai", "acme-private-model", None),
        ("openai", "claude-haiku-4-5", None),
    ],
)
def test_dated_and_unknown_names(aliases, provider, name, model):
    assert resolve(aliases, provider, name) == model


def test_every_alias_leads_to_a_price_and_every_priced_model_is_listed(aliases, table):
    priced = {(key.provider, key.model) for key in table}
    assert {(row["provider"], row["model"]) for row in aliases} <= priced
    with SEEDS.models.open(newline="") as handle:
        assert {(row["provider"], row["model"]) for row in csv.DictReader(handle)} == priced
    own = {
        (key.provider, key.model)
        for key, rows in table.items()
        if any("list price of" not in row.source_note for row in rows)
    }
    # A model of another list gives way where the provider's own list gives its name to another model.
    shadowed = {pair for pair in priced if resolve(aliases, *pair) != pair[1]}
    assert not shadowed & own
    assert len(shadowed) < 20


@pytest.mark.parametrize(
    ("model", "output_mtok", "tier"),
    [
        ("claude-opus-4-6", "25", "frontier"),
        ("claude-sonnet-4-6", "15", "mid"),
        ("gpt-5.4", "15", "frontier"),
        ("gpt-5.4-mini", "4.5", "small"),
        ("gemini-2.5-flash-lite", "0.4", "small"),
        ("mistral.mistral-large-3-675b-instruct", "1.5", "mid"),
        ("text-embedding-3-small", None, "embedding"),
        ("some-new-model", "0.5", "small"),
    ],
)
def test_model_tiers(model, output_mtok, tier):
    assert tier_of(model, Decimal(output_mtok) / MILLION if output_mtok else None) == tier


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("claude-3-5-haiku-latest", "claude-haiku"),
        ("regional.anthropic.claude-opus-4-6-v1:0", "claude-opus"),
        ("gpt-5.4-mini", "gpt-5.4"),
        ("gpt-4o-2024-05-13", "gpt-4o"),
        ("ft:gpt-4o-mini", "gpt-4o"),
        ("o3-deep-research", "o3"),
        ("gemini-2.5-pro", "gemini-2.5"),
    ],
)
def test_model_families(model, family):
    assert family_of(model) == family


def test_borrowed_prices_name_their_list(table):
    azure = dict(select_providers(bundled, ["azure"]))["azure"]
    assert any(lender == "OpenAI" for _, lender in models_of(azure, bundled))
    assert {row.source_note for row in table[PriceKey("azure", "gpt-5.4", "output_tokens", "standard", 0)]} == {
        "list price of OpenAI"
    }


@pytest.mark.skipif(not USAGE_DATA.exists(), reason=f"real usage not there: {USAGE_DATA.name}")
def test_real_usage_is_priced_to_the_last_decimal(table, aliases):
    """Prices in force on 2025-11-06; web searches are no tokens and stand apart (10 USD per thousand)."""
    with (USAGE_DATA / "true_provider.csv").open(newline="") as handle:
        unambiguous = {
            row["payload_id"] for row in csv.DictReader(handle) if row["price_unambiguous"].lower() == "true"
        }
    with gzip.open(Path(USAGE_DATA / "usage_price_expectations.csv.gz"), "rt", newline="") as handle:
        rows = [
            row
            for row in csv.DictReader(handle)
            if row["is_true_provider"] == "True"
            and row["payload_id"] in unambiguous
            and row["provider_id"] in {"openai", "anthropic"}
        ]
    total = Decimal(0)
    for row in rows:
        total += cost(table, aliases, row)
        searches = Decimal(row["web_searches"] or 0) * Decimal("0.01")
        assert cost(table, aliases, row) + searches == Decimal(row["expected_total_price_usd"]), row["payload_id"]
        total += searches
    assert len(rows) == 637
    assert total == Decimal("6.94571025") + Decimal("1.14686435")


def cost(table: PriceTable, aliases: list[dict[str, str]], row: dict[str, str]) -> Decimal:
    """Tokens split into disjoint meters, each at the seed's price."""

    def count(column: str) -> int:
        return int(row[column] or 0)

    model = resolve(aliases, row["provider_id"], row["model"].lower())
    long_writes = count("cache_write_1h_tokens")
    tokens = {
        "input_cache_read_tokens": count("cache_read_tokens") - count("cache_audio_read_tokens"),
        "input_cache_write_long_tokens": long_writes,
        "input_cache_write_short_tokens": count("cache_write_tokens") - long_writes,
        "input_audio_tokens": count("input_audio_tokens") - count("cache_audio_read_tokens"),
        "input_audio_cache_read_tokens": count("cache_audio_read_tokens"),
        "output_audio_tokens": count("output_audio_tokens"),
        "output_image_tokens": count("output_image_tokens"),
        "output_tokens": count("output_tokens") - count("output_audio_tokens") - count("output_image_tokens"),
    }
    tokens["input_uncached_tokens"] = count("input_tokens") - sum(
        number for meter, number in tokens.items() if meter.startswith("input")
    )
    thresholds = {key.context_min_tokens for key in table if key.provider == row["provider_id"] and key.model == model}
    threshold = max(limit for limit in thresholds if limit == 0 or count("input_tokens") > limit)
    day = date(2025, 11, 6)
    return sum(
        (
            number * price_on(table, day, row["provider_id"], model, meter, "standard", threshold)
            for meter, number in tokens.items()
            if number
        ),
        Decimal(0),
    )
