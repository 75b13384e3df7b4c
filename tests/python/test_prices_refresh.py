"""`prices refresh`: history only grows, dates come from the source, corrections rewrite, nothing invalid is written."""

import json
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import scripts.commands.prices as prices_command
from scripts.cli import main
from scripts.errors import ConfigError
from scripts.home import PROJECT_DIR
from scripts.prices.refresh import SeedPaths, refresh
from scripts.prices.rows import PriceKey, read_prices

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
OUTPUT = PriceKey("openai", "gpt-test", "output_tokens", "standard", 0)


def price_list(folder: Path, prices: object, *, variants: list | None = None, name: str = "list.json") -> Path:
    """A list of one provider and one model, in the JSON format of genai-prices."""
    model = {"id": "gpt-test", "name": "GPT test", "match": {"equals": "gpt-test"}, "prices": prices}
    if variants:
        model["price_variants"] = variants
    path = folder / name
    path.write_text(json.dumps([{"id": "openai", "name": "OpenAI", "api_pattern": "x", "models": [model]}]))
    return path


@pytest.fixture
def paths(tmp_path):
    return SeedPaths(tmp_path / "seeds")


def periods(paths, key=OUTPUT):
    """Start, end and USD per million tokens of each row of a key."""
    return [
        (str(row.valid_from), str(row.valid_to or ""), row.usd_per_token * 1_000_000)
        for row in read_prices(paths.prices).get(key, [])
    ]


def test_first_rows_start_in_2020_and_carry_exact_decimals(paths, tmp_path):
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 0.1, "output_mtok": 0.3}))
    assert periods(paths) == [("2020-01-01", "", Decimal("0.3"))]
    assert ",0.0000003,list.json," in paths.prices.read_text()
    assert paths.aliases.read_text().splitlines()[1:] == ["openai,equals,gpt-test,gpt-test,100"]
    assert paths.models.read_text().splitlines()[1:] == ["openai,gpt-test,GPT test,OpenAI,gpt,small"]


def test_new_price_closes_the_old_row_at_the_refresh_date_and_leaves_others_alone(paths, tmp_path):
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}))
    before = paths.prices.read_text().splitlines()
    result = refresh(paths, JUNE, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 3}, name="new.json"))
    assert periods(paths) == [("2020-01-01", "2026-06-01", 4), ("2026-06-01", "", 3)]
    # the price of output, and the audio and image meters that are charged as output
    assert {key.meter for key in result.changes.changed} == {
        "output_tokens",
        "output_audio_tokens",
        "output_image_tokens",
    }
    inputs = [line for line in before if ",input_" in line]
    assert [line for line in paths.prices.read_text().splitlines() if ",input_" in line] == inputs


def test_new_price_starts_at_the_date_that_the_source_gives(paths, tmp_path):
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}))
    dated = [
        {"prices": {"input_mtok": 1, "output_mtok": 4}},
        {"constraint": {"start_date": "2026-05-20"}, "prices": {"input_mtok": 1, "output_mtok": 3}},
        {"constraint": {"start_date": "2026-09-01"}, "prices": {"input_mtok": 1, "output_mtok": 2}},
    ]
    refresh(paths, JUNE, list_file=price_list(tmp_path, dated))
    assert periods(paths) == [("2020-01-01", "2026-05-20", 4), ("2026-05-20", "2026-09-01", 3), ("2026-09-01", "", 2)]


def test_history_before_the_refresh_is_never_rewritten(paths, tmp_path):
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}))
    refresh(paths, JUNE, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 3}))
    # The list now states another past: its start date lies before the price in force.
    dated = [
        {"prices": {"input_mtok": 1, "output_mtok": 9}},
        {"constraint": {"start_date": "2026-05-15"}, "prices": {"input_mtok": 1, "output_mtok": 3}},
    ]
    refresh(paths, JULY, list_file=price_list(tmp_path, dated))
    assert periods(paths) == [("2020-01-01", "2026-06-01", 4), ("2026-06-01", "", 3)]


def test_second_refresh_changes_no_byte(paths, tmp_path):
    dated = [
        {"prices": {"input_mtok": 1, "output_mtok": 4}},
        {"constraint": {"start_date": "2026-05-20"}, "prices": {"input_mtok": 1, "output_mtok": 3}},
    ]
    batch = [
        {"when": {"processing": "batch"}, "prices": {"output_mtok": 1}, "constraint": {"start_date": "2026-08-01"}}
    ]
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 5}))
    source = price_list(tmp_path, dated, variants=batch)
    refresh(paths, JUNE, list_file=source)
    files = [paths.prices, paths.aliases, paths.models]
    before = [file.read_bytes() for file in files]
    result = refresh(paths, JULY, list_file=source)
    assert [file.read_bytes() for file in files] == before
    assert not (result.changes.added or result.changes.changed or result.changes.closed)
    # The same prices from another file keep the source that first named them, those of days to come too.
    refresh(paths, JULY, list_file=price_list(tmp_path, dated, variants=batch, name="copy.json"))
    assert [file.read_bytes() for file in files] == before


def test_correction_rewrites_the_price_in_force(paths, tmp_path):
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}))
    refresh(paths, JUNE, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 3}))
    refresh(paths, JULY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 2}), correction=True)
    assert periods(paths) == [("2020-01-01", "2026-06-01", 4), ("2026-06-01", "", 2)]


def test_backdated_refresh_does_not_undo_newer_rows(paths, tmp_path):
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}))
    refresh(paths, JULY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 3}))
    result = refresh(paths, JUNE, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 2}))
    assert periods(paths) == [("2020-01-01", "2026-07-01", 4), ("2026-07-01", "", 3)]
    assert OUTPUT in result.changes.newer


def test_vanished_model_is_kept_and_reported(paths, tmp_path):
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}))
    other = price_list(tmp_path, {"input_mtok": 1})
    other.write_text(other.read_text().replace("gpt-test", "gpt-other"))
    result = refresh(paths, JUNE, list_file=other)
    assert periods(paths) == [("2020-01-01", "", 4)]
    assert OUTPUT in result.changes.vanished
    assert "openai,equals,gpt-test,gpt-test,100" in paths.aliases.read_text()


def test_context_tiers_are_cliffs_and_end_when_the_list_drops_them(paths, tmp_path):
    tiered = {"input_mtok": 1, "output_mtok": {"base": 4, "tiers": [{"start": 200000, "price": 6}]}}
    refresh(paths, MAY, list_file=price_list(tmp_path, tiered))
    above = PriceKey("openai", "gpt-test", "output_tokens", "standard", 200_000)
    assert periods(paths, above) == [("2020-01-01", "", 6)]
    # An untiered meter keeps its price above the threshold: the whole request is in that tier.
    assert periods(paths, PriceKey("openai", "gpt-test", "input_uncached_tokens", "standard", 200_000)) == [
        ("2020-01-01", "", 1)
    ]
    result = refresh(paths, JUNE, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}))
    assert periods(paths, above) == [("2020-01-01", "2026-06-01", 6)]
    assert periods(paths) == [("2020-01-01", "", 4)]
    assert above in result.changes.closed


def test_service_tiers_have_rows_only_where_the_list_prices_them(paths, tmp_path):
    variants = [
        {"when": {"processing": "batch"}, "prices": {"output_mtok": 2}, "constraint": {"start_date": "2026-03-01"}},
        {"when": {"speed": "fast"}, "prices": {"input_mtok": 2, "output_mtok": 8}},
        {"when": {"service_tier": "default"}, "prices": {}},
    ]
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}, variants=variants))
    tiers = {key.service_tier for key in read_prices(paths.prices)}
    assert tiers == {"standard", "batch", "fast"}
    assert periods(paths, PriceKey("openai", "gpt-test", "output_tokens", "batch", 0)) == [("2026-03-01", "", 2)]
    # A variant changes only the meters that it names.
    assert periods(paths, PriceKey("openai", "gpt-test", "input_uncached_tokens", "batch", 0)) == [
        ("2026-03-01", "", 1)
    ]
    assert periods(paths, PriceKey("openai", "gpt-test", "input_uncached_tokens", "fast", 0)) == [
        ("2020-01-01", "", 2)
    ]


def test_new_tier_of_a_known_model_does_not_price_the_past(paths, tmp_path):
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}))
    fast = [{"when": {"speed": "fast"}, "prices": {"output_mtok": 8}}]
    refresh(paths, JUNE, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}, variants=fast))
    assert periods(paths, PriceKey("openai", "gpt-test", "output_tokens", "fast", 0)) == [("2026-06-01", "", 8)]


def test_price_of_most_hours_is_taken_and_noted(paths, tmp_path):
    hourly = [
        {"prices": {"input_mtok": 1, "output_mtok": 2}},
        {
            "constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"},
            "prices": {"input_mtok": 2, "output_mtok": 4},
        },
    ]
    refresh(paths, MAY, list_file=price_list(tmp_path, hourly))
    (row,) = read_prices(paths.prices)[OUTPUT]
    assert row.usd_per_token * 1_000_000 == 4
    assert "hour" in row.source_note


def test_meters_without_a_price_of_their_own_fall_back(paths, tmp_path):
    refresh(
        paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 4, "output_mtok": 8, "cache_write_mtok": 5})
    )
    found = {key.meter: rows[0] for key, rows in read_prices(paths.prices).items()}
    millionths = {meter: row.usd_per_token * 1_000_000 for meter, row in found.items()}
    assert millionths == {
        "input_uncached_tokens": 4,
        "input_cache_read_tokens": 4,
        "input_cache_write_short_tokens": 5,
        "input_cache_write_long_tokens": 5,
        "input_audio_tokens": 4,
        "input_audio_cache_read_tokens": 4,
        "output_tokens": 8,
        "output_audio_tokens": 8,
        "output_image_tokens": 8,
    }
    own = {meter for meter, row in found.items() if not row.source_note}
    assert own == {"input_uncached_tokens", "input_cache_write_short_tokens", "output_tokens"}


def test_prices_finer_than_twelve_places_are_rounded_and_reported(paths, tmp_path):
    result = refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 0.1234567}))
    assert read_prices(paths.prices)[OUTPUT][0].usd_per_token == Decimal("0.000000123457")
    assert any("gpt-test output_tokens" in sentence for sentence in result.rounded)


def csv_list(folder: Path, *rows: str) -> Path:
    path = folder / "own.csv"
    path.write_text("\n".join(["provider,model,meter,valid_from,valid_to,usd_per_token", *rows]) + "\n")
    return path


def test_own_csv_changes_only_what_it_names(paths, tmp_path):
    refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}))
    rows = (
        "openai,gpt-test,output_tokens,2026-05-10,,0.000003",
        "own-cluster,llama,output_tokens,,,0.0000002",
    )
    result = refresh(paths, JUNE, list_file=csv_list(tmp_path, *rows))
    assert periods(paths) == [("2020-01-01", "2026-05-10", 4), ("2026-05-10", "", 3)]
    own = PriceKey("own-cluster", "llama", "output_tokens", "standard", 0)
    assert periods(paths, own) == [("2020-01-01", "", Decimal("0.2"))]
    assert result.changes.vanished == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("openai,m,output_tokens,,,-0.1",), "out of range"),
        (("openai,m,output_tokens,,,0.0000000000001",), "more than 12 decimal places"),
        (("openai,m,output_tokens,,,cheap",), "line 2"),
        (("openai,m,output_tokens,,,",), "usd_per_token is empty"),
        (("openai,m,words,,,0.1",), "unknown meter"),
        (
            ("openai,m,output_tokens,2026-01-01,2026-03-01,0.1", "openai,m,output_tokens,2026-02-01,,0.2"),
            "overlap",
        ),
        (("openai,m,output_tokens,2026-01-01,2026-01-01,0.1",), "not after valid_from"),
    ],
)
def test_invalid_lists_are_refused_and_nothing_is_written(paths, tmp_path, rows, message):
    with pytest.raises(ConfigError, match=message):
        refresh(paths, MAY, list_file=csv_list(tmp_path, *rows))
    assert not paths.prices.exists()


def test_dry_run_writes_nothing(paths, tmp_path):
    result = refresh(paths, MAY, list_file=price_list(tmp_path, {"input_mtok": 1}), dry_run=True)
    assert result.changes.added
    assert not paths.seeds.exists()


def test_edited_models_and_own_aliases_stay(paths, tmp_path):
    source = price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4})
    refresh(paths, MAY, list_file=source)
    paths.models.write_text(paths.models.read_text().replace(",mid", ",frontier"))
    with paths.aliases.open("a") as handle:
        handle.write("openai,equals,our-deployment,gpt-test,10\n")
    refresh(paths, JUNE, list_file=source)
    assert "GPT test,OpenAI,gpt,frontier" in paths.models.read_text()
    assert "openai,equals,our-deployment,gpt-test,10" in paths.aliases.read_text().splitlines()[1]


def test_committed_seeds_are_those_of_the_installed_package(paths):
    committed = SeedPaths(PROJECT_DIR / "seeds")
    for name in ("prices", "aliases", "models"):
        target = getattr(paths, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(getattr(committed, name), target)
    refresh(paths, datetime.now(UTC).date())
    for name in ("prices", "aliases", "models"):
        assert getattr(paths, name).read_bytes() == getattr(committed, name).read_bytes(), (
            "run `ai-finops prices refresh` and commit the seeds"
        )


def test_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(prices_command, "PROJECT_DIR", tmp_path)
    source = str(price_list(tmp_path, {"input_mtok": 1, "output_mtok": 4}))
    arguments = ["prices", "refresh", "--from", source, "--as-of", "2026-05-01"]
    assert main([*arguments, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["added"], answer["price_rows"]) == (True, 9, 9)
    assert main(arguments) == 0
    assert "0 added, 0 changed, 0 closed, 9 unchanged; 9 rows" in capsys.readouterr().out
    assert main([*arguments, "--provider", "nobody"]) == 2
    assert "has no provider nobody" in capsys.readouterr().err
    (tmp_path / "bad.json").write_text("{")
    assert main(["prices", "refresh", "--from", str(tmp_path / "bad.json")]) == 2
    assert "not in the data format" in capsys.readouterr().err
