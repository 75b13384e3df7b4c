"""Rows of the price seed: their key, how they are read, checked and written."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from scripts.errors import ConfigError

COLUMNS = (
    "provider", "model", "meter", "service_tier", "context_min_tokens",
    "valid_from", "valid_to", "usd_per_token", "source", "source_note",
)  # fmt: skip
SERVICE_TIERS = ("standard", "batch", "flex", "priority", "fast")
METERS = (
    "input_uncached_tokens", "input_cache_read_tokens", "input_cache_write_short_tokens",
    "input_cache_write_long_tokens", "output_tokens", "input_audio_tokens",
    "input_audio_cache_read_tokens", "output_audio_tokens", "output_image_tokens", "web_search_requests",
)  # fmt: skip
# Prices are decimal(18,12) per token in the warehouse.
PRICE_PLACES = 12
PRICE_LIMIT = Decimal(10) ** 6
# Start of a price whose source names no date: before any use of these services.
FIRST_DAY = date(2020, 1, 1)


@dataclass(frozen=True, order=True)
class PriceKey:
    """What a price is for; `context_min_tokens` 0 is the base, N the price of requests above N input tokens."""

    provider: str
    model: str
    meter: str
    service_tier: str
    context_min_tokens: int


@dataclass(frozen=True)
class Price:
    """USD per token, or per unit of another meter, in `[valid_from, valid_to)`; open where `valid_to` is None."""

    valid_from: date
    valid_to: date | None
    usd_per_token: Decimal
    source: str
    source_note: str = ""

    def holds_on(self, day: date) -> bool:
        """True where the price is in force on that UTC day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


PriceTable = dict[PriceKey, list[Price]]


def read_prices(path: Path, default_source: str | None = None) -> PriceTable:
    """Read a CSV with the seed's columns into prices by key, in order of validity.

    `default_source` makes the columns `service_tier`, `context_min_tokens`, `valid_from`, `valid_to`, `source` and
    `source_note` optional, with it as the source. Raises ConfigError that names file and line of the first bad row.
    """
    table: PriceTable = {}
    with path.open(newline="", encoding="utf-8") as handle:
        reader = csv.DictReader(handle)
        required = COLUMNS if default_source is None else ("provider", "model", "meter", "usd_per_token")
        missing = [column for column in required if column not in (reader.fieldnames or ())]
        if missing:
            raise ConfigError(f"{path.name} lacks the columns {', '.join(missing)}")
        for record in reader:
            try:
                key, price = _parse(record, default_source or "")
            except (ValueError, InvalidOperation) as error:
                raise ConfigError(f"{path.name} line {reader.line_num}: {error or 'not a number'}") from error
            table.setdefault(key, []).append(price)
    return {key: sorted(prices, key=lambda price: price.valid_from) for key, prices in table.items()}


def _parse(record: dict[str, str | None], default_source: str) -> tuple[PriceKey, Price]:
    def text(column: str, default: str = "") -> str:
        return (record.get(column) or "").strip() or default

    key = PriceKey(
        provider=text("provider").lower(),
        model=text("model").lower(),
        meter=text("meter"),
        service_tier=text("service_tier", "standard"),
        context_min_tokens=int(text("context_min_tokens", "0")),
    )
    if not text("usd_per_token"):
        raise ValueError("usd_per_token is empty")
    end = text("valid_to")
    price = Price(
        valid_from=date.fromisoformat(text("valid_from", FIRST_DAY.isoformat())),
        valid_to=date.fromisoformat(end) if end else None,
        usd_per_token=Decimal(text("usd_per_token")),
        source=text("source", default_source),
        source_note=text("source_note"),
    )
    return key, price


def problems(table: PriceTable) -> list[str]:
    """Sentences about rows that break a rule of the seed; empty where all hold."""
    found: list[str] = []
    for key, prices in sorted(table.items()):
        name = f"{key.provider} {key.model} {key.meter} {key.service_tier} {key.context_min_tokens}"
        if not key.provider or not key.model:
            found.append(f"{name}: provider or model is empty")
        if key.meter not in METERS:
            found.append(f"{name}: unknown meter")
        if key.service_tier not in SERVICE_TIERS:
            found.append(f"{name}: unknown service tier")
        if key.context_min_tokens < 0:
            found.append(f"{name}: context_min_tokens is negative")
        for price in prices:
            if not price.usd_per_token.is_finite() or not 0 <= price.usd_per_token < PRICE_LIMIT:
                found.append(f"{name}: price {price.usd_per_token} is out of range")
            elif not fits(price.usd_per_token):
                found.append(f"{name}: price {price.usd_per_token} has more than {PRICE_PLACES} decimal places")
            if price.valid_to is not None and price.valid_to <= price.valid_from:
                found.append(f"{name}: valid_to {price.valid_to} is not after valid_from {price.valid_from}")
        for earlier, later in pairwise(prices):
            if earlier.valid_to is None or earlier.valid_to > later.valid_from:
                found.append(f"{name}: validity of {earlier.valid_from} and {later.valid_from} overlap")
    return found


def fits(price: Decimal) -> bool:
    """True where the price is exact in the warehouse's decimal(18,12)."""
    return price == price.quantize(Decimal(1).scaleb(-PRICE_PLACES))


def write_rows(path: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a CSV with `\\n` line ends, through a temporary file so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    temporary.replace(path)


def write_prices(path: Path, table: PriceTable) -> None:
    """Write the seed, sorted by key and validity. Raises ConfigError, before writing, where a row breaks a rule."""
    found = problems(table)
    if found:
        raise ConfigError(f"{len(found)} price rows are invalid, first: {found[0]}")
    write_rows(path, COLUMNS, (_cells(key, price) for key in sorted(table) for price in table[key]))


def _cells(key: PriceKey, price: Price) -> tuple[str, ...]:
    return (
        key.provider,
        key.model,
        key.meter,
        key.service_tier,
        str(key.context_min_tokens),
        price.valid_from.isoformat(),
        price.valid_to.isoformat() if price.valid_to else "",
        plain(price.usd_per_token),
        price.source,
        price.source_note,
    )


def plain(value: Decimal) -> str:
    """Decimal as text without exponent or trailing zeros."""
    return format(value.normalize(), "f") if value else "0"
