"""Read prices out of the genai-prices package, or out of a file in its JSON format. Never uses the network.

Sources of the rules: genai_prices.types (cliff tiers, last active conditional price wins, variants override single
meters) and genai_prices.decompose (a meter without a price of its own is charged as the next wider one).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import genai_prices
import pydantic
from genai_prices import types as genai
from genai_prices.data import providers as bundled_providers

from scripts.errors import ConfigError
from scripts.prices.rows import FIRST_DAY, Price, PriceKey, PriceTable

# genai-prices id -> provider id used in this project, where they differ.
PROVIDER_IDS = {"x-ai": "xai"}
DEFAULT_PROVIDERS = (
    "openai", "anthropic", "google", "azure", "aws", "mistral", "cohere", "deepseek", "groq", "xai",
)  # fmt: skip

# Price keys of each meter, narrowest first: the first one that the model has is its price.
METER_PRICE_KEYS = {
    "input_uncached_tokens": ("input_mtok",),
    "input_cache_read_tokens": ("cache_read_mtok", "input_mtok"),
    "input_cache_write_short_tokens": ("cache_write_5m_mtok", "cache_write_mtok", "input_mtok"),
    "input_cache_write_long_tokens": ("cache_write_1h_mtok", "cache_write_mtok", "input_mtok"),
    "output_tokens": ("output_mtok",),
    "input_audio_tokens": ("input_audio_mtok", "input_mtok"),
    "input_audio_cache_read_tokens": (
        "cache_audio_read_mtok", "input_audio_mtok", "cache_read_mtok", "input_mtok",
    ),
    "output_audio_tokens": ("output_audio_mtok", "output_mtok"),
    "output_image_tokens": ("output_image_mtok", "output_mtok"),
    "web_search_requests": ("web_searches_kcount",),
}  # fmt: skip
# Power of ten from the list's price to that of one unit: prices are per million tokens, per thousand of anything else.
UNIT_EXPONENT = {"mtok": -6, "kcount": -3}
PRICE_KEY_TEXT = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache read",
    "cache_write_mtok": "5-minute cache write",
    "input_audio_mtok": "audio input",
}
# The first key is the meter's own price; a general cache-write price is the 5-minute one.
OWN_PRICE_KEYS = {meter: {keys[0]} for meter, keys in METER_PRICE_KEYS.items()}
OWN_PRICE_KEYS["input_cache_write_short_tokens"].add("cache_write_mtok")

# Request contexts that select a service tier's price variants.
TIER_CONTEXTS: dict[str, tuple[dict[str, str], ...]] = {
    "standard": ({},),
    "batch": ({"processing": "batch"},),
    "flex": ({"service_tier": "flex"},),
    "priority": ({"service_tier": "priority"},),
    "fast": ({"service_tier": "fast"}, {"speed": "fast"}),
}
FREE_NOTE = "in the list without a price: free of charge"
HOURLY_NOTE = "price of most hours of the day; the list also has hour-of-day prices"


def load_providers(path: Path | None = None) -> tuple[list[genai.Provider], str]:
    """Providers of the installed package, or of a JSON file in its data format, with the name of the source.

    Raises ConfigError where the file is not in that format.
    """
    if path is None:
        return list(bundled_providers), f"genai-prices {genai_prices.__version__}"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        # Usage extractors play no part in prices, and the published data may leave out the address pattern.
        trimmed = [{"api_pattern": "", **provider, "extractors": None} for provider in raw]
        return genai._providers_from_raw(trimmed), path.name  # noqa: SLF001
    except (ValueError, TypeError, pydantic.ValidationError) as error:
        raise ConfigError(f"{path.name} is not in the data format of genai-prices: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def select_providers(
    providers: Iterable[genai.Provider], wanted: Iterable[str]
) -> list[tuple[str, genai.Provider]]:
    """Pairs of our provider id and the list's provider, as in `wanted`. Raises ConfigError for unknown ids."""
    by_id = {PROVIDER_IDS.get(provider.id, provider.id): provider for provider in providers}
    unknown = [name for name in wanted if name not in by_id]
    if unknown:
        raise ConfigError(f"the price list has no provider {', '.join(unknown)}; it has {', '.join(sorted(by_id))}")
    return [(name, by_id[name]) for name in wanted]


def models_of(
    provider: genai.Provider, providers: Iterable[genai.Provider]
) -> Iterator[tuple[genai.ModelInfo, str | None]]:
    """Models that the provider sells, its own first, then those that it sells at another provider's list price.

    The second value is the other provider's name. The same id may come again from a later list.
    """
    by_id = {candidate.id: candidate for candidate in providers}
    for model in provider.models:
        yield model, None
    for lender_id in provider.fallback_model_providers or ():
        lender = by_id.get(lender_id)
        for model in lender.models if lender else ():
            yield model, lender.name if lender else None


def listed_prices(
    selected: Iterable[tuple[str, genai.Provider]], providers: list[genai.Provider], source: str
) -> PriceTable:
    """All token prices of the selected providers by key, in order of validity, USD per token.

    A provider's own model wins over one with the same id of a list that it falls back to.
    """
    table: PriceTable = {}
    for provider_id, provider in selected:
        seen: set[str] = set()
        for model, lender in models_of(provider, providers):
            if model.id in seen:
                continue
            seen.add(model.id)
            # The package applies variants only to a provider's own models.
            tiers = TIER_CONTEXTS if lender is None else {"standard": TIER_CONTEXTS["standard"]}
            for key, price in _model_prices(provider_id, model, tiers):
                note = "; ".join(filter(None, (price.source_note, f"list price of {lender}" if lender else "")))
                _append(table.setdefault(key, []), replace(price, source=source, source_note=note))
    return table


def _append(prices: list[Price], price: Price) -> None:
    """Add the next period; one that only goes on with the same price extends the last."""
    if prices and prices[-1].valid_to == price.valid_from:
        last = prices[-1]
        if (last.usd_per_token, last.source_note) == (price.usd_per_token, price.source_note):
            prices[-1] = replace(last, valid_to=price.valid_to)
            return
    prices.append(price)


def _model_prices(
    provider_id: str, model: genai.ModelInfo, tiers: dict[str, tuple[dict[str, str], ...]]
) -> Iterator[tuple[PriceKey, Price]]:
    days = [FIRST_DAY, *sorted(_start_dates(model))]
    for day, next_day in zip(days, [*days[1:], None], strict=True):
        for service_tier, contexts in tiers.items():
            context = next((context for context in contexts if _has_tier(model, context, day)), None)
            if context is None:
                continue
            prices, is_hourly = _prices_on(model, day, context)
            for meter, context_min_tokens, unit_price, note in _meter_prices(prices):
                notes = filter(None, (note, HOURLY_NOTE if is_hourly else ""))
                key = PriceKey(provider_id, model.id.lower(), meter, service_tier, context_min_tokens)
                yield key, Price(day, next_day, unit_price, "", "; ".join(notes))


def _start_dates(model: genai.ModelInfo) -> set[date]:
    conditional = model.prices if isinstance(model.prices, list) else []
    constraints = [entry.constraint for entry in (*conditional, *(model.price_variants or ()))]
    return {
        constraint.start_date
        for constraint in constraints
        if isinstance(constraint, genai.StartDateConstraint) and constraint.start_date > FIRST_DAY
    }


def _has_tier(model: genai.ModelInfo, context: dict[str, str], day: date) -> bool:
    """True for the standard tier, and where a variant for the context is in force on the day."""
    if not context:
        return True
    return any(
        variant.when == context
        and (
            not isinstance(variant.constraint, genai.StartDateConstraint) or variant.constraint.start_date <= day
        )
        for variant in model.price_variants or ()
    )


def _prices_on(model: genai.ModelInfo, day: date, context: dict[str, str]) -> tuple[dict[str, Any], bool]:
    """Prices by price key on a day, and whether they differ by hour: then those of most half hours of the day."""
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    by_half_hour = [model.get_prices(midnight + timedelta(minutes=30 * step), context) for step in range(48)]
    distinct: dict[str, genai.ModelPrice] = {repr(prices): prices for prices in by_half_hour}
    usual = Counter(repr(prices) for prices in by_half_hour).most_common(1)[0][0]
    prices = {key: value for key, value in vars(distinct[usual]).items() if value is not None}
    return prices, len(distinct) > 1


def _meter_prices(prices: dict[str, Any]) -> Iterator[tuple[str, int, Decimal, str]]:
    """Meter, context threshold, USD per token (or unit) and note, for every meter that has a price or falls back."""
    if not prices:
        # A model that the list carries without a single price is free of charge (open models, moderation).
        for meter, price_keys in METER_PRICE_KEYS.items():
            if price_keys[-1].endswith("_mtok"):
                yield meter, 0, Decimal(0), FREE_NOTE
        return
    thresholds = {0}
    for value in prices.values():
        if isinstance(value, genai.TieredPrices):
            thresholds.update(tier.start for tier in value.tiers)
    for meter, price_keys in METER_PRICE_KEYS.items():
        price_key = next((name for name in price_keys if name in prices), None)
        if price_key is None:
            continue
        is_own = price_key in OWN_PRICE_KEYS[meter]
        note = "" if is_own else f"no price of its own: charged as {PRICE_KEY_TEXT[price_key]}"
        for threshold in sorted(thresholds):
            exponent = UNIT_EXPONENT[price_key.rsplit("_", 1)[1]]
            yield meter, threshold, _above(prices[price_key], threshold).scaleb(exponent), note


def _above(value: Decimal | genai.TieredPrices, threshold: int) -> Decimal:
    """Price of requests with more input tokens than the threshold; a crossed tier prices the whole request."""
    if not isinstance(value, genai.TieredPrices):
        return value
    crossed = [tier.price for tier in value.tiers if tier.start <= threshold]
    return crossed[-1] if crossed else value.base
