"""Refresh of the price, alias and model seeds from a price list."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from scripts.errors import ConfigError
from scripts.prices import catalog, genai
from scripts.prices.history import Changes, merge_table
from scripts.prices.rows import PRICE_PLACES, PriceTable, fits, problems, read_prices, write_prices

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SeedPaths:
    """The seed files that a refresh writes, below the project's seeds folder."""

    seeds: Path

    @property
    def prices(self) -> Path:
        """List prices, long."""
        return self.seeds / "pricing" / "model_prices.csv"

    @property
    def aliases(self) -> Path:
        """Names of models."""
        return self.seeds / "pricing" / "model_aliases.csv"

    @property
    def models(self) -> Path:
        """Models with developer, family and tier."""
        return self.seeds / "reference" / "models.csv"


@dataclass(frozen=True)
class RefreshResult:
    """What a refresh did or would do."""

    source: str
    changes: Changes
    rounded: list[str]
    alias_count: int
    model_count: int

    @property
    def price_row_count(self) -> int:
        """Rows of the price seed afterwards."""
        return sum(len(prices) for prices in self.changes.table.values())


@dataclass(frozen=True)
class _Listed:
    """A price list, read: prices, and what else it says."""

    source: str
    prices: PriceTable
    is_whole_list: bool
    rounded: list[str] = field(default_factory=list)
    aliases: list[catalog.Alias] = field(default_factory=list)
    models: list[tuple[str, ...]] = field(default_factory=list)


def refresh(
    paths: SeedPaths,
    as_of: date,
    *,
    providers: Sequence[str] = (),
    list_file: Path | None = None,
    correction: bool = False,
    dry_run: bool = False,
) -> RefreshResult:
    """Merge a price list into the seeds and write them, unless `dry_run`.

    The list is the installed genai-prices package, a JSON file in its format, or a CSV with the seed's columns (which
    changes prices only, and says nothing about models it does not name). `as_of` is the UTC day from which a change
    holds that the list does not date. Raises ConfigError where the list or the result is not valid; then no file is
    changed.
    """
    current = read_prices(paths.prices) if paths.prices.exists() else {}
    is_csv = list_file is not None and list_file.suffix.lower() == ".csv"
    listed = _read_csv(list_file, providers) if is_csv and list_file else _read_list(list_file, providers)
    changes = merge_table(
        current, listed.prices, as_of, correction=correction, is_whole_list=listed.is_whole_list
    )
    found = problems(changes.table)
    if found:
        raise ConfigError(f"the refresh would give {len(found)} invalid price rows, first: {found[0]}")
    aliases = catalog.update_aliases(paths.aliases, listed.aliases)
    models = catalog.update_models(paths.models, listed.models)
    if not dry_run:
        write_prices(paths.prices, changes.table)
        catalog.write_aliases(paths.aliases, aliases)
        catalog.write_models(paths.models, models)
        log.info("wrote %s", paths.prices)
    return RefreshResult(listed.source, changes, listed.rounded, len(aliases), len(models))


def _read_csv(path: Path, providers: Sequence[str]) -> _Listed:
    prices = read_prices(path, default_source=path.name)
    if providers:
        prices = {key: rows for key, rows in prices.items() if key.provider in providers}
    found = problems(prices)
    if found:
        raise ConfigError(f"{path.name}: {len(found)} rows are invalid, first: {found[0]}")
    return _Listed(path.name, prices, is_whole_list=False)


def _read_list(path: Path | None, providers: Sequence[str]) -> _Listed:
    everything, source = genai.load_providers(path)
    present = {genai.PROVIDER_IDS.get(provider.id, provider.id) for provider in everything}
    names = providers or [name for name in genai.DEFAULT_PROVIDERS if path is None or name in present]
    selected = genai.select_providers(everything, names)
    prices, rounded = _to_places(genai.listed_prices(selected, everything, source))
    return _Listed(
        source,
        prices,
        is_whole_list=True,
        rounded=rounded,
        aliases=catalog.listed_aliases(selected, everything, prices),
        models=catalog.listed_models(selected, everything, prices),
    )


def _to_places(table: PriceTable) -> tuple[PriceTable, list[str]]:
    """Prices rounded to the 12 places the warehouse keeps, and a sentence about each that was not exact."""
    rounded: list[str] = []
    result: PriceTable = {}
    for key, prices in table.items():
        result[key] = []
        for price in prices:
            if not fits(price.usd_per_token):
                exact = price.usd_per_token
                price = replace(price, usd_per_token=exact.quantize(Decimal(1).scaleb(-PRICE_PLACES)))
                rounded.append(f"{key.provider} {key.model} {key.meter} {exact} rounded to {price.usd_per_token}")
            result[key].append(price)
    return result, rounded
