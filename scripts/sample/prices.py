"""Prices of the sample, read from the price seeds, so that its bills agree with the warehouse."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

from scripts.errors import ConfigError
from scripts.home import PROJECT_DIR

METERS = (
    "input_uncached_tokens",
    "input_cache_read_tokens",
    "input_cache_write_short_tokens",
    "input_cache_write_long_tokens",
    "output_tokens",
)


@dataclass(frozen=True)
class PriceList:
    """List and contract prices of the base tier (standard service, no long context) from two CSV files."""

    folder: Path = PROJECT_DIR / "seeds" / "pricing"

    @cache  # noqa: B019 - one list per run
    def list_price(self, provider: str, model: str, meter: str, day: date) -> Decimal | None:
        """Public list price of one token on a day, USD; None where the list has no such row."""
        for row in self._model_prices.get((provider, model, meter), ()):
            if _covers(row, day):
                return Decimal(row["usd_per_token"])
        return None

    @cache  # noqa: B019 - one list per run
    def contracted_price(self, provider: str, account: str, model: str, meter: str, day: date) -> Decimal | None:
        """Contracted price of one token: fixed, or the list price less the discount; else the list price."""
        listed = self.list_price(provider, model, meter, day)
        for row in self._contract_prices:
            if row["provider"] != provider or not _covers(row, day):
                continue
            wanted = {"billing_account_id": account, "model": model, "meter": meter}
            if any(row[column] and row[column] != value for column, value in wanted.items()):
                continue
            if row["usd_per_token"]:
                return Decimal(row["usd_per_token"])
            if listed is not None:
                return listed * (1 - Decimal(row["discount_ratio"]))
        return listed

    @cached_property
    def _model_prices(self) -> dict[tuple[str, str, str], list[dict[str, str]]]:
        prices: dict[tuple[str, str, str], list[dict[str, str]]] = {}
        for row in _read(self.folder / "model_prices.csv"):
            if row["service_tier"] in ("", "standard") and row["context_min_tokens"] in ("", "0"):
                prices.setdefault((row["provider"], row["model"], row["meter"]), []).append(row)
        return prices

    @cached_property
    def _contract_prices(self) -> list[dict[str, str]]:
        rows = _read(self.folder / "contract_prices.csv")
        return [row for row in rows if row["service_tier"] in ("", "standard")]


def _covers(row: dict[str, str], day: date) -> bool:
    text = day.isoformat()
    return (not row["valid_from"] or row["valid_from"] <= text) and (not row["valid_to"] or text < row["valid_to"])


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        raise ConfigError(f"the sample needs the price seed {path.name}: run `ai-finops prices refresh` first")
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
