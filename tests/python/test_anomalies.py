"""The scoring of series (macros/anomaly), on synthetic series: rendered as a dbt model renders it and run in DuckDB."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import jinja2
import pytest

PROJECT = Path(__file__).resolve().parents[2]
DAYS = 120
POLICY_NUMBERS = (
    "min_history_days",
    "window_days",
    "score_threshold",
    "min_relative_change",
    "min_impact_usd",
    "min_impact_units",
)


@dataclass(frozen=True)
class Judged:
    """One scored day of a series."""

    day: int
    actual: float
    expected: float | None
    score: float | None
    is_flagged: bool
    flagged_in_run: int | None
    run_length: int | None


def policy(metric: str, series_kind: str) -> dict[str, float]:
    """Numbers of the policy seed for a metric and kind, as a user has them after install."""
    with (PROJECT / "seeds/policy/anomaly_policy.csv").open(newline="") as file:
        rows = {(row["metric"], row["series_kind"]): row for row in csv.DictReader(file)}
    row = rows.get((metric, series_kind)) or rows[(metric, "")]
    return {name: float(row[name]) for name in POLICY_NUMBERS}


def scoring_sql(season: int = 7) -> str:
    """The CTE chain of macro anomaly_ctes over a table `points`, as a query."""
    macros = "".join(path.read_text() for path in sorted((PROJECT / "macros/anomaly").glob("*_ctes.sql")))
    ctes = jinja2.Environment(autoescape=False).from_string(macros + "{{ anomaly_ctes('points', season) }}")
    return f"with {ctes.render(season=season)} select * from judged order by series_id, position"


def judge(
    values: Sequence[float | None],
    *,
    rules: dict[str, float] | None = None,
    usd_per_unit: float = 1.0,
    known: Sequence[int] = (),
    season: int = 7,
) -> list[Judged]:
    """Score one series of daily values (index = day); `known` are days of known events."""
    numbers = rules or policy("cost", "use_case")
    with duckdb.connect() as connection:
        connection.execute(
            "create table points (series_id varchar, position integer, first_position integer, actual double,"
            " usd_per_unit double, is_known_event boolean, min_history_days integer, window_days integer,"
            " score_threshold double, min_relative_change double, min_impact_usd double, min_impact_units double)"
        )
        connection.executemany(
            "insert into points values ('s', ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (day, value, usd_per_unit, day in known, *(numbers[name] for name in POLICY_NUMBERS))
                for day, value in enumerate(values)
            ],
        )
        rows = connection.sql(
            "select position, actual, expected, score, is_flagged, flagged_in_run, run_length"
            f" from ({scoring_sql(season)}) order by position"
        ).fetchall()
    return [Judged(*row) for row in rows]


def traffic(
    seed: int,
    *,
    level: float = 40.0,
    noise: float = 0.07,
    weekend: float = 0.45,
    change: Callable[[int], float] = lambda _day: 1.0,
) -> list[float]:
    """Daily values with a weekday pattern and log-normal noise; `change` multiplies a day."""
    draws = random.Random(seed)
    return [
        level * (weekend if day % 7 >= 5 else 1.0) * change(day) * math.exp(draws.gauss(0, noise))
        for day in range(DAYS)
    ]


def flagged_days(judged: Sequence[Judged]) -> list[int]:
    """Days outside their bounds."""
    return [row.day for row in judged if row.is_flagged]


def reported_days(judged: Sequence[Judged]) -> list[int]:
    """Days that the mart reports: the first three of each run."""
    return [row.day for row in judged if row.flagged_in_run is not None and row.flagged_in_run <= 3]


@pytest.mark.parametrize("seed", range(5))
def test_weekday_pattern_and_noise_raise_at_most_one_alarm(seed: int) -> None:
    assert len(flagged_days(judge(traffic(seed)))) <= 1


@pytest.mark.parametrize("seed", range(5))
def test_spike_is_found_with_the_size_it_has(seed: int) -> None:
    judged = judge(traffic(seed, change=lambda day: 3.0 if day == 80 else 1.0))
    assert 80 in reported_days(judged)
    row = judged[80]
    assert row.expected is not None and row.score is not None
    assert row.actual / row.expected == pytest.approx(3.0, rel=0.25)
    assert row.score > 0 and row.run_length == 1


def test_spike_on_a_weekend_is_judged_by_weekends() -> None:
    """A Saturday with the traffic of a Monday is unusual, though its value is not."""
    saturday = 82
    assert saturday % 7 == 5
    judged = judge(traffic(1, change=lambda day: 1 / 0.45 if day == saturday else 1.0))
    assert flagged_days(judged) == [saturday]


@pytest.mark.parametrize("seed", range(5))
def test_quiet_drop_is_found_on_each_day(seed: int) -> None:
    judged = judge(traffic(seed, change=lambda day: 0.25 if 77 <= day < 81 else 1.0))
    assert [day for day in flagged_days(judged) if 77 <= day < 84] == [77, 78, 79, 80]
    assert judged[77].run_length == 4
    assert [day for day in reported_days(judged) if 77 <= day < 84] == [77, 78, 79]


def test_series_that_stops_is_a_drop() -> None:
    values = [value if day < 90 else 0.0 for day, value in enumerate(traffic(2))]
    assert reported_days(judge(values)) == [90, 91, 92]


@pytest.mark.parametrize("seed", range(5))
def test_lasting_shift_is_reported_three_days_and_then_is_the_new_level(seed: int) -> None:
    judged = judge(traffic(seed, change=lambda day: 2.0 if day >= 70 else 1.0))
    assert [day for day in reported_days(judged) if day >= 70] == [70, 71, 72]
    assert judged[70].run_length is not None and judged[70].run_length >= 3
    later = [row for row in judged if row.day >= 90]
    assert all(row.expected == pytest.approx(row.actual, rel=0.45) for row in later)


def test_spike_on_the_new_level_is_found() -> None:
    judged = judge(traffic(3, change=lambda day: (2.0 if day >= 60 else 1.0) * (3.0 if day == 74 else 1.0)))
    assert [day for day in reported_days(judged) if day > 63] == [74]


def test_spike_does_not_spoil_the_days_after_it() -> None:
    """Five huge days in the window leave expected where it was."""
    judged = judge(traffic(4, change=lambda day: 20.0 if day in (70, 74, 79, 83, 88) else 1.0))
    assert judged[95].expected == pytest.approx(40 * (0.45 if 95 % 7 >= 5 else 1.0), rel=0.1)
    assert flagged_days(judged) == [70, 74, 79, 83, 88]


def test_repeated_incidents_are_no_baseline() -> None:
    """Three outages in four weeks would widen the bounds, were their days not left out."""
    outages = {first + day for first in (65, 74, 83) for day in range(4)}
    judged = judge(traffic(1, change=lambda day: 0.3 if day in outages else 1.6 if day == 91 else 1.0))
    assert [day for day in flagged_days(judged) if day >= 65] == sorted({*outages, 91})


def test_known_event_is_scored_but_is_no_run_and_no_baseline() -> None:
    event = list(range(75, 95))
    values = traffic(1, change=lambda day: 3.0 if day in event else 1.0)
    judged = judge(values, known=event)
    assert set(event) <= set(flagged_days(judged))
    assert reported_days(judged) == []
    assert judged[99].expected == pytest.approx(40.0, rel=0.1)
    assert reported_days(judge(values)) != []


def test_flat_series_that_doubles_is_found() -> None:
    judged = judge([50.0] * 60 + [100.0] + [50.0] * 10)
    assert flagged_days(judged) == [60]


def test_flat_series_is_judged_by_its_floor() -> None:
    """A spread of zero must neither hide every change nor report a small one."""
    assert flagged_days(judge([50.0] * 60 + [60.0] + [50.0] * 10)) == []


def test_small_money_is_ignored() -> None:
    assert flagged_days(judge(traffic(1, level=0.05, change=lambda day: 10.0 if day == 80 else 1.0))) == []
    tokens = traffic(1, level=1e6, change=lambda day: 3.0 if day == 80 else 1.0)
    assert flagged_days(judge(tokens, rules=policy("tokens", "use_case"), usd_per_unit=1e-7)) == []
    assert flagged_days(judge(tokens, rules=policy("tokens", "use_case"), usd_per_unit=1e-5)) == [80]


def test_history_is_needed() -> None:
    values = traffic(1, change=lambda day: 5.0 if day in (1, 10, 27) else 1.0)
    judged = judge(values)
    assert flagged_days(judged) == []
    assert all(row.score is None for row in judged[:28]) and judged[28].score is not None


def test_single_day_and_empty_days_are_no_error() -> None:
    assert flagged_days(judge([10.0])) == []
    assert flagged_days(judge([None] * 40)) == []
    assert flagged_days(judge([0.0] * 40)) == []


def test_rare_use_is_judged_by_its_peaks() -> None:
    """A job that runs every fifth day has no level; only a run far above the others is unusual."""
    values = [30.0 if day % 5 == 0 else 0.0 for day in range(DAYS)]
    assert flagged_days(judge(values)) == []
    values[100] = 90.0
    assert flagged_days(judge(values)) == [100]


@pytest.mark.parametrize("seed", range(5))
def test_price_cut_of_ten_percent_shows_in_the_unit_cost(seed: int) -> None:
    values = traffic(seed, level=2.0, noise=0.012, weekend=1.05, change=lambda day: 0.9 if day >= 58 else 1.0)
    judged = judge(values, rules=policy("unit_cost", "provider"), usd_per_unit=20.0)
    reported = reported_days(judged)
    assert reported and reported[0] in (58, 59, 60) and len(reported) <= 3
    assert judged[reported[0]].actual < 0.95 * (judged[reported[0]].expected or 0)


def test_only_earlier_days_count() -> None:
    """What comes later changes no score: rebuilt history stays as it was."""
    values = traffic(5, change=lambda day: 3.0 if day in (60, 80) else 1.0)
    whole, part = judge(values), judge(values[:81])
    assert [(row.expected, row.score) for row in whole[:81]] == [(row.expected, row.score) for row in part]


def test_series_without_a_season() -> None:
    """Any series can be scored: here one point per hour and no cycle."""
    values = [100 * math.exp(random.Random(7 * point).gauss(0, 0.05)) for point in range(DAYS)]
    values[90] = 400.0
    assert flagged_days(judge(values, season=1)) == [90]
