"""What the providers metered: gateway calls that reached them, transcripts, and bypassing traffic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from scripts.sample import company
from scripts.sample.draws import generator
from scripts.sample.prices import METERS, PriceList

KEYS = ["day", "provider", "account", "sub_account", "api_key", "model"]
_BYPASS_INPUT_PER_REQUEST = 8_000


@dataclass(frozen=True)
class CostLine:
    """One line of a bill: tokens of a meter on a day in a project or workspace, and their cost in USD."""

    day: int
    provider: str
    account: str
    sub_account: str
    model: str
    meter: str
    tokens: int
    cost: Decimal


def provider_usage(attempts: pd.DataFrame, messages: pd.DataFrame, seed: int, window: list[date]) -> pd.DataFrame:
    """One row per day, account, project or workspace, key, model and origin (gateway, transcripts, bypass).

    `requests` counts calls; token meters are disjoint. Gateway cache hits and failed calls are not in it.
    """
    parts = [gateway_usage(attempts), _transcript_usage(messages)]
    parts.append(_bypass_usage(parts[0], seed, window))
    return pd.concat(parts, ignore_index=True).sort_values([*KEYS, "origin"], kind="stable", ignore_index=True)


def gateway_usage(attempts: pd.DataFrame) -> pd.DataFrame:
    """Successful provider calls of the gateway, summed by day and the provider's own dimensions."""
    reached = attempts[(attempts["status"] == "success") & ~attempts["is_cache_hit"]]
    reached = reached[reached["provider"].isin(["openai", "anthropic"])]
    grouped = reached.groupby(["day", "alias", "provider", "model"], sort=True)
    frame = grouped[list(METERS)].sum()
    frame["requests"] = grouped.size()
    frame = frame.reset_index()
    accounts = [company.provider_account(a, p) for a, p in zip(frame["alias"], frame["provider"], strict=True)]
    frame[["account", "sub_account", "api_key"]] = accounts
    summed = frame.groupby(KEYS, sort=True)[[*METERS, "requests"]].sum().reset_index()
    return summed.assign(origin="gateway")


def _transcript_usage(messages: pd.DataFrame) -> pd.DataFrame:
    frame = messages.assign(
        provider="anthropic",
        account=company.ANTHROPIC_ACCOUNT,
        sub_account=company.CODE_WORKSPACE,
        api_key=company.CODE_KEY,
        requests=1,
    )
    return frame.groupby(KEYS, sort=True)[[*METERS, "requests"]].sum().reset_index().assign(origin="transcripts")


def _bypass_usage(gateway: pd.DataFrame, seed: int, window: list[date]) -> pd.DataFrame:
    """A steady level, so that planted events of the gateway do not echo in the bypass."""
    rng = generator(seed, 300)
    openai = gateway[gateway["provider"] == "openai"]
    weekday = np.array([0.6 if day.weekday() >= 5 else 1.0 for day in window])
    noise = np.exp(rng.normal(0, 0.03, len(window)))
    tokens = float(openai[list(METERS)].sum().sum()) / len(window)
    per_day = tokens * company.BYPASS_SHARE / (1 - company.BYPASS_SHARE) * weekday / weekday.mean() * noise
    total_input = (per_day * 0.92).astype(np.int64)
    read = total_input // 5
    return pd.DataFrame(
        {
            "day": np.arange(len(window)),
            "provider": "openai",
            "account": company.OPENAI_ACCOUNT,
            "sub_account": company.BYPASS_PROJECT,
            "api_key": company.BYPASS_KEY,
            "model": company.GPT,
            "input_uncached_tokens": total_input - read,
            "input_cache_read_tokens": read,
            "input_cache_write_short_tokens": 0,
            "input_cache_write_long_tokens": 0,
            "output_tokens": (per_day * 0.08).astype(np.int64),
            "requests": np.maximum(total_input // _BYPASS_INPUT_PER_REQUEST, 1),
            "origin": "bypass",
        }
    )


def cost_lines(usage: pd.DataFrame, window: list[date], prices: PriceList) -> list[CostLine]:
    """The bill: tokens of each day, project, model and meter times the contracted price; exact."""
    keys = ["day", "provider", "account", "sub_account", "model"]
    lines: list[CostLine] = []
    for row in usage.groupby(keys, sort=True)[list(METERS)].sum().reset_index().to_dict("records"):
        for meter in METERS:
            if not row[meter]:
                continue
            day = window[row["day"]]
            price = prices.contracted_price(row["provider"], row["account"], row["model"], meter, day)
            assert price is not None, f"no price for {row['provider']} {row['model']} {meter} on {day}"
            tokens = int(row[meter])
            lines.append(CostLine(*(row[key] for key in keys), meter, tokens, tokens * price))
    return lines


def total(lines: Iterable[CostLine]) -> Decimal:
    """Sum of the costs, USD."""
    return sum((line.cost for line in lines), Decimal(0))
