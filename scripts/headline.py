"""The headline of a published run: cost per outcome first, then spend, anomalies, confidence, tokens last."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from scripts.errors import ChecksFailedError

BILLED_BASES = ("invoiced", "provider_reported")
UNATTRIBUTED = "__unattributed__"
SHOWN_ANOMALIES = 3


@dataclass(frozen=True)
class OutcomeCost:
    """Cost of one outcome of a use case in USD, this month and the month before; None without outcomes."""

    use_case: str
    outcome_type: str
    successful_count: int
    loaded_usd: Decimal | None
    loaded_before_usd: Decimal | None
    linked_usd: Decimal | None
    linked_before_usd: Decimal | None


@dataclass(frozen=True)
class Anomaly:
    """One unexplained anomaly of the month or later; impact in USD, the rest in the metric's unit."""

    usage_date: date
    metric: str
    series: str
    direction: str
    actual: Decimal | None
    expected: Decimal | None
    impact_usd: Decimal | None


@dataclass(frozen=True)
class Headline:
    """Numbers of the newest full month in USD; shares in 0..1. `month` is None where nothing has landed."""

    month: date | None = None
    is_full_month: bool = True
    data_as_of: datetime | None = None
    outcomes: list[OutcomeCost] = field(default_factory=list)
    spend_usd: Decimal | None = None
    spend_before_usd: Decimal | None = None
    anomalies: list[Anomaly] = field(default_factory=list)
    unattributed_share: Decimal | None = None
    estimated_share: Decimal | None = None
    usd_per_million_tokens: Decimal | None = None
    usd_per_million_tokens_before: Decimal | None = None

    def as_dict(self) -> dict[str, object]:
        """The same for --json; render with default=str."""
        return asdict(self)


def read_headline(path: Path) -> Headline:
    """Read the headline from the published DuckDB file; it has no month where the marts are empty.

    Raises ChecksFailedError where a mart is not published.
    """
    try:
        return _read(path)
    except duckdb.CatalogException as error:
        raise ChecksFailedError(f"no headline: {str(error).splitlines()[0]}") from error


def _read(path: Path) -> Headline:
    with duckdb.connect(str(path), read_only=True) as connection:
        month, is_full, data_as_of = reported_month(connection)
        if month is None:
            return Headline(data_as_of=data_as_of)
        before = month_before(month)
        spend, unattributed, estimated = spend_of(connection, month)
        spend_before, _, _ = spend_of(connection, before)
        return Headline(
            month=month,
            is_full_month=is_full,
            data_as_of=data_as_of,
            outcomes=outcome_costs(connection, month, before),
            spend_usd=spend,
            spend_before_usd=spend_before,
            anomalies=top_anomalies(connection, month),
            unattributed_share=share(unattributed, spend),
            estimated_share=share(estimated, spend),
            usd_per_million_tokens=token_cost(connection, month),
            usd_per_million_tokens_before=token_cost(connection, before),
        )


def reported_month(connection: duckdb.DuckDBPyConnection) -> tuple[date | None, bool, datetime | None]:
    """First day of the newest month with spend that had ended by data_as_of; else of the newest, not full."""
    row = connection.execute("select max(data_as_of) from core.as_of").fetchone()
    data_as_of = row[0] if row else None
    months = [
        m
        for (m,) in connection.execute(
            "select distinct cast(date_trunc('month', usage_date) as date) as usage_month "
            "from spend_daily order by usage_month desc"
        ).fetchall()
    ]
    if not months:
        return None, True, data_as_of
    full = [m for m in months if data_as_of is None or next_month(m) <= data_as_of.date()]
    return (full or months)[0], bool(full), data_as_of


def spend_of(connection: duckdb.DuckDBPyConnection, month: date) -> tuple[Decimal | None, Decimal, Decimal]:
    """Effective cost of a month in USD: all (None without rows), unattributed, estimated."""
    row = connection.execute(
        """
        select
            sum(effective_cost_usd),
            coalesce(sum(effective_cost_usd) filter (where team = ?), 0),
            coalesce(sum(effective_cost_usd) filter (where cost_basis not in (?, ?)), 0)
        from spend_daily
        where usage_date >= ? and usage_date < ?
        """,
        [UNATTRIBUTED, *BILLED_BASES, month, next_month(month)],
    ).fetchone()
    return row if row else (None, Decimal(0), Decimal(0))


def outcome_costs(connection: duckdb.DuckDBPyConnection, month: date, before: date) -> list[OutcomeCost]:
    """Cost per outcome of each use case that has one of the two in the month, dearest use case first."""
    rows = connection.execute(
        """
        with months as (
            select * from cost_per_outcome_monthly
            where use_case is not null
        )

        select
            now.use_case,
            now.outcome_type,
            coalesce(now.successful_count, 0),
            now.loaded_cost_per_outcome_usd,
            prior.loaded_cost_per_outcome_usd,
            now.linked_cost_per_outcome_usd,
            prior.linked_cost_per_outcome_usd
        from months as now
        left join months as prior
            on
                now.use_case = prior.use_case
                and now.outcome_type = prior.outcome_type
                and prior.usage_month = ?
        where
            now.usage_month = ?
            and (now.loaded_cost_per_outcome_usd is not null or now.linked_cost_per_outcome_usd is not null)
        order by now.loaded_cost_usd desc nulls last, now.use_case, now.outcome_type
        """,
        [before, month],
    ).fetchall()
    return [OutcomeCost(*row) for row in rows]


def top_anomalies(connection: duckdb.DuckDBPyConnection, month: date) -> list[Anomaly]:
    """The largest anomaly of each day from the month's first on, by impact; known events are left out.

    One incident shows in several series (use case, session, tokens): a reader wants three incidents, not one thrice.
    """
    rows = connection.execute(
        f"""
        select
            usage_date,
            metric,
            series_kind || ' ' || series_key,
            direction,
            actual,
            expected,
            impact_usd
        from spend_anomalies
        where usage_date >= ? and not coalesce(is_known_event, false)
        qualify
            row_number() over (
                partition by usage_date
                order by abs(impact_usd) desc nulls last, metric, series_kind, series_key
            ) = 1
        order by abs(impact_usd) desc nulls last, usage_date, metric, series_kind, series_key
        limit {SHOWN_ANOMALIES}
        """,
        [month],
    ).fetchall()
    return [Anomaly(*row) for row in rows]


def token_cost(connection: duckdb.DuckDBPyConnection, month: date) -> Decimal | None:
    """USD per 1M tokens over all token meters of a month: usage charges of token meters / their tokens."""
    row = connection.execute(
        """
        select sum(effective_cost_usd), sum(tokens)
        from token_unit_costs_daily
        where usage_date >= ? and usage_date < ?
        """,
        [month, next_month(month)],
    ).fetchone()
    cost, tokens = row if row else (None, None)
    return cost * 1_000_000 / tokens if cost is not None and tokens else None


def month_before(month: date) -> date:
    """First day of the month before the one that starts on `month`."""
    return (month - timedelta(days=1)).replace(day=1)


def next_month(month: date) -> date:
    """First day of the month after the one that starts on `month`."""
    return (month + timedelta(days=31)).replace(day=1)


def share(part: Decimal, whole: Decimal | None) -> Decimal | None:
    """part / whole; None where there is nothing to divide by."""
    return part / whole if whole else None


def render(headline: Headline) -> str:
    """Plain text of the headline, aligned, without colour."""
    if headline.month is None:
        return (
            "Nothing has landed yet, so the marts are empty.\n"
            "Next step: `ai-finops ingest SOURCE STREAM FILE...`, or drop files into the folder\n"
            "landing/inbox/<source>/<stream>/ of the home; then `ai-finops run`."
        )
    before = f"{month_before(headline.month):%B %Y}"
    so_far = "" if headline.is_full_month else " so far"
    until = f" (data to {headline.data_as_of:%Y-%m-%d %H:%M} UTC)" if headline.data_as_of else ""
    lines = [f"{headline.month:%B %Y}{so_far} against {before}{until}", ""]
    lines += render_outcomes(headline.outcomes)
    lines += [
        "",
        f"Spend                {amount(headline.spend_usd)} USD, was {amount(headline.spend_before_usd)} "
        f"({change(headline.spend_usd, headline.spend_before_usd)})",
    ]
    lines += render_anomalies(headline.anomalies)
    lines += [
        f"Unattributed         {percent(headline.unattributed_share)} of spend",
        f"Estimated            {percent(headline.estimated_share)} of spend (the rest is on a bill)",
        f"USD per 1M tokens    {amount(headline.usd_per_million_tokens, 4)}, "
        f"was {amount(headline.usd_per_million_tokens_before, 4)} "
        f"({change(headline.usd_per_million_tokens, headline.usd_per_million_tokens_before)})",
    ]
    return "\n".join(lines)


def render_outcomes(outcomes: list[OutcomeCost]) -> list[str]:
    """Table of cost per outcome: loaded (all cost of the use case) and linked (cost linked to outcomes)."""
    if not outcomes:
        return ["Cost per outcome     no outcomes in this month: land them as `custom outcomes`"]
    head = ("Cost per outcome, USD", "successes", "loaded", "change", "linked", "change")
    rows = [
        (
            f"{o.use_case}: {o.outcome_type}",
            f"{o.successful_count:,}",
            amount(o.loaded_usd, 4),
            change(o.loaded_usd, o.loaded_before_usd),
            amount(o.linked_usd, 4),
            change(o.linked_usd, o.linked_before_usd),
        )
        for o in outcomes
    ]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = []
    for row in [head, *rows]:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join([row[0].ljust(widths[0]), *cells]))
    return lines


def render_anomalies(anomalies: list[Anomaly]) -> list[str]:
    """One line per anomaly, the first one behind its label."""
    if not anomalies:
        return ["Top anomalies        none"]
    texts = []
    for a in anomalies:
        digits, unit = (2, " USD") if "cost" in a.metric else (0, "")
        texts.append(
            f"{a.usage_date}  {a.direction} of {a.metric}, {a.series}: {amount(a.actual, digits)}{unit}, "
            f"expected {amount(a.expected, digits)} (impact {amount(a.impact_usd)} USD)"
        )
    return [("Top anomalies" if i == 0 else "").ljust(21) + text for i, text in enumerate(texts)]


def amount(value: Decimal | float | None, digits: int = 2) -> str:
    """A number with thousands separators; n/a for None."""
    return "n/a" if value is None else f"{value:,.{digits}f}"


def change(value: Decimal | None, before: Decimal | None) -> str:
    """Relative change as a percentage with its sign; n/a without both or from zero."""
    return "n/a" if value is None or not before else f"{(value - before) / before:+.1%}"


def percent(value: Decimal | None) -> str:
    """A share as a percentage; n/a for None."""
    return "n/a" if value is None else f"{value:.1%}"
