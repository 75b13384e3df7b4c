"""A FOCUS 1.3 export of a provider without a source of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile
from scripts.sample.sources.cloud_bills import focus_row, metered_lines, table, totals
from scripts.sample.sources.gateways import arrival

ACCOUNT = "acme-mistral-deals"
PART = 810
DIRECTIONS = {
    "input_uncached_tokens": ("Input", "Uncached"),
    "input_cache_read_tokens": ("Input", "Read"),
    "input_cache_write_short_tokens": ("Input", "Write"),
    "output_tokens": ("Output", None),
}


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One export of the window."""
    content = table(_rows(window, seed))
    return [SampleFile("focus", "cost_and_usage", "focus.csv", arrival(window), content)]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """The bill by meter."""
    return totals(metered_lines(window, seed, PART))


def _rows(window: list[date], seed: int) -> Iterator[dict[str, Any]]:
    for line in metered_lines(window, seed, PART):
        direction, action = DIRECTIONS[line.meter]
        details = {"x_ModelId": "mistral-large-latest", "x_TokenDirection": direction, "x_TokenCacheAction": action}
        yield focus_row(
            line,
            BillingAccountId=ACCOUNT,
            ChargeDescription=f"mistral-large {line.meter.replace('_', ' ')}",
            ConsumedQuantity=line.tokens,
            ConsumedUnit="Tokens",
            HostProviderName="Mistral AI",
            InvoiceId="INV-7",
            InvoiceIssuerName="Mistral AI",
            PricingQuantity=Decimal(line.tokens).scaleb(-6),
            PricingUnit="1000000 Tokens",
            ServiceName="Mistral API",
            ServiceProviderName="Mistral AI",
            ServiceSubcategory="Generative AI",
            SkuId=f"large-{line.meter}",
            SkuMeter=line.meter,
            SkuPriceDetails=json.dumps({name: value for name, value in details.items() if value}),
            SkuPriceId=f"large-{line.meter}-1",
            SubAccountId="workspace-1",
            SubAccountType="Workspace",
        )
