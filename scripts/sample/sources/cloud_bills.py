"""What the samples of cloud bills share: metered lines per day, and rows of a FOCUS export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.sources.gateways import calls

MILLION = 1_000_000


@dataclass(frozen=True)
class MeteredLine:
    """Tokens of one meter on one day, and their price per million in USD."""

    day: date
    meter: str
    tokens: int
    price: Decimal

    @property
    def cost(self) -> Decimal:
        """USD, exact."""
        return self.price * self.tokens / MILLION


PRICES = {
    "input_uncached_tokens": Decimal("3"),
    "input_cache_read_tokens": Decimal("0.3"),
    "input_cache_write_short_tokens": Decimal("3.75"),
    "output_tokens": Decimal("15"),
}


def metered_lines(window: list[date], seed: int, part: int) -> Iterator[MeteredLine]:
    """Lines of the calls of each day, as a bill by day and meter would have them."""
    made = list(calls(window, seed, part))
    for day in window:
        todays = [call for call in made if call.at.date() == day]
        sums = {
            "input_uncached_tokens": sum(call.fresh for call in todays),
            "input_cache_read_tokens": sum(call.cache_read for call in todays),
            "input_cache_write_short_tokens": sum(call.cache_write for call in todays),
            "output_tokens": sum(call.completion for call in todays),
        }
        for meter, tokens in sums.items():
            yield MeteredLine(day, meter, tokens, PRICES[meter])


def totals(lines: Iterable[MeteredLine]) -> dict[str, Any]:
    """Control totals of metered lines: rows, tokens by meter, USD."""
    lines = list(lines)
    return {
        "rows": len(lines),
        "tokens": {meter: sum(line.tokens for line in lines if line.meter == meter) for meter in PRICES},
        "cost": sum((line.cost for line in lines), Decimal(0)),
    }


def month_of(day: date) -> date:
    """First day of the month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """First day of the next month."""
    return (month_of(day) + timedelta(days=32)).replace(day=1)


def instant(day: date) -> str:
    """Midnight UTC, as FOCUS writes it."""
    return f"{datetime.combine(day, time()):%Y-%m-%dT%H:%M:%SZ}"


def focus_row(line: MeteredLine, **columns: Any) -> dict[str, Any]:  # noqa: ANN401
    """Columns that every FOCUS row of a metered line has; `columns` adds to them or replaces them."""
    row = {
        "BilledCost": line.cost,
        "BillingCurrency": "USD",
        "BillingPeriodEnd": instant(month_after(line.day)),
        "BillingPeriodStart": instant(month_of(line.day)),
        "ChargeCategory": "Usage",
        "ChargeClass": "",
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodEnd": instant(line.day + timedelta(days=1)),
        "ChargePeriodStart": instant(line.day),
        "ContractedCost": line.cost,
        "ContractedUnitPrice": line.price,
        "EffectiveCost": line.cost,
        "ListCost": line.cost,
        "ListUnitPrice": line.price,
        "PricingCategory": "Standard",
        "ServiceCategory": "AI and Machine Learning",
    }
    return {**row, **columns}


def table(rows: Iterable[dict[str, Any]]) -> bytes:
    """Rows as CSV with a header of all columns that any row has, in order."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
