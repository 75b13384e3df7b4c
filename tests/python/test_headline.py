from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from scripts.errors import ChecksFailedError
from scripts.headline import Headline, change, read_headline, render

SCHEMA = """
create schema core;
create table core.as_of (data_as_of timestamp, run_started_at timestamp);
create table spend_daily (usage_date date, team varchar, cost_basis varchar, effective_cost_usd decimal(28,12));
create table cost_per_outcome_monthly (
    usage_month date, use_case varchar, outcome_type varchar, successful_count bigint,
    loaded_cost_usd decimal(28,12), loaded_cost_per_outcome_usd decimal(28,12),
    linked_cost_per_outcome_usd decimal(28,12)
);
create table spend_anomalies (
    usage_date date, series_kind varchar, series_key varchar, metric varchar, actual decimal(28,12),
    expected decimal(28,12), direction varchar, impact_usd decimal(28,12), is_known_event boolean
);
create table token_unit_costs_daily (usage_date date, tokens bigint, effective_cost_usd decimal(28,12));
"""
ROWS = """
insert into core.as_of values ('2026-07-02 06:00', '2026-07-02 06:00');
insert into spend_daily values
    ('2026-05-31', 'a', 'invoiced', 80), ('2026-06-01', 'a', 'invoiced', 60),
    ('2026-06-30', '__unattributed__', 'list_estimated', 30),
    ('2026-06-30', '__unattributed__', 'gateway_reported', 10), ('2026-07-01', 'a', 'invoiced', 5);
insert into cost_per_outcome_monthly values
    ('2026-05-01', 'support', 'ticket_resolved', 40, 80, 2, 1.5),
    ('2026-06-01', 'support', 'ticket_resolved', 40, 60, 1.5, null),
    ('2026-06-01', 'sales', 'proposal', 10, 70, 7, 6),
    ('2026-06-01', 'sales', 'call', 0, null, null, null);
insert into spend_anomalies values
    ('2026-05-30', 'provider', 'openai', 'cost', 900, 1, 'spike', 899, false),
    ('2026-06-10', 'team', 'a', 'cost', 30, 10, 'spike', 20, false),
    ('2026-06-10', 'use_case', 'sales', 'tokens', 3000000.4, 1000000, 'spike', 19, false),
    ('2026-06-11', 'team', 'a', 'cost', 300, 10, 'spike', 290, true),
    ('2026-07-01', 'use_case', 'support', 'cost', 1, 50, 'drop', -49, false);
insert into token_unit_costs_daily values
    ('2026-05-31', 10000000, 20), ('2026-06-01', 5000000, 10), ('2026-06-30', 15000000, 20);
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "marts.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA)
    return path


def fill(path: Path, *statements: str) -> Headline:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return read_headline(path)


def test_last_full_month_against_the_month_before(file: Path) -> None:
    headline = fill(file, ROWS)
    assert (headline.month, headline.is_full_month) == (date(2026, 6, 1), True)
    assert (headline.spend_usd, headline.spend_before_usd) == (Decimal(100), Decimal(80))
    assert (headline.unattributed_share, headline.estimated_share) == (Decimal("0.4"), Decimal("0.4"))
    assert headline.usd_per_million_tokens == Decimal("1.5")
    assert headline.usd_per_million_tokens_before == Decimal(2)


def test_outcomes_dearest_use_case_first_and_only_where_there_is_a_figure(file: Path) -> None:
    outcomes = fill(file, ROWS).outcomes
    assert [(o.use_case, o.loaded_usd, o.loaded_before_usd) for o in outcomes] == [
        ("sales", Decimal(7), None),
        ("support", Decimal("1.5"), Decimal(2)),
    ]
    assert outcomes[1].linked_usd is None


def test_anomalies_by_impact_without_known_events_and_older_months(file: Path) -> None:
    assert [a.impact_usd for a in fill(file, ROWS).anomalies] == [Decimal(-49), Decimal(20)]


def test_text_is_plain_and_in_order(file: Path) -> None:
    text = render(fill(file, ROWS))
    assert "\x1b" not in text
    labels = ["June 2026 against May 2026", "Cost per outcome", "sales: proposal", "Spend", "Top anomalies"]
    labels += ["Unattributed", "Estimated", "USD per 1M tokens"]
    positions = [text.index(label) for label in labels]
    assert positions == sorted(positions)
    assert "100.00 USD, was 80.00 (+25.0%)" in text
    assert "drop of cost, use_case support: 1.00 USD, expected 50.00 (impact -49.00 USD)" in text
    assert "sales" not in text[text.index("Top anomalies") :]  # the same incident in another series
    table = [line for line in text.splitlines() if ": " in line and "proposal" in line or "ticket" in line]
    assert len({len(line) for line in table}) == 1, "the table is aligned"
    assert table[1].split()[2:] == ["40", "1.5000", "-25.0%", "n/a", "n/a"]


def test_a_month_that_has_not_ended_says_so(file: Path) -> None:
    headline = fill(file, ROWS, "update core.as_of set data_as_of = '2026-05-31 23:00'")
    assert (headline.month, headline.is_full_month) == (date(2026, 7, 1), False)
    assert "July 2026 so far" in render(headline)


def test_the_month_is_full_at_midnight_of_its_end(file: Path) -> None:
    headline = fill(file, ROWS, "update core.as_of set data_as_of = '2026-07-01 00:00'")
    assert (headline.month, headline.is_full_month) == (date(2026, 6, 1), True)


def test_december_is_followed_by_january(file: Path) -> None:
    moved = "update spend_daily set usage_date = '2026-12-31' where usage_date = '2026-07-01'"
    headline = fill(file, ROWS, moved, "update core.as_of set data_as_of = '2027-01-01 00:00'")
    assert headline.month == date(2026, 12, 1)
    assert headline.spend_usd == Decimal(5)


def test_empty_marts_say_what_to_do(file: Path) -> None:
    headline = fill(file)
    assert headline == Headline(data_as_of=None)
    assert "Nothing has landed yet" in render(headline)


def test_spend_without_outcomes_says_what_to_land(file: Path) -> None:
    text = render(fill(file, ROWS, "delete from cost_per_outcome_monthly", "delete from spend_anomalies"))
    assert "land them as `custom outcomes`" in text
    assert "Top anomalies        none" in text


def test_change_without_a_base_is_not_available() -> None:
    assert change(Decimal(1), Decimal(0)) == change(None, Decimal(1)) == change(Decimal(1), None) == "n/a"
    assert change(Decimal("1.1"), Decimal(1)) == "+10.0%"


def test_as_dict_keeps_every_number(file: Path) -> None:
    document = fill(file, ROWS).as_dict()
    assert document["data_as_of"] == datetime(2026, 7, 2, 6)
    assert len(document["outcomes"]) == 2  # type: ignore[arg-type]


def test_a_missing_mart_is_named(file: Path) -> None:
    with pytest.raises(ChecksFailedError, match="spend_anomalies"):
        fill(file, ROWS, "drop table spend_anomalies")
