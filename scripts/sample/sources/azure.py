"""Azure: a FOCUS export of OpenAI meters, the native exports with a commitment, and the service's own metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile
from scripts.sample.sources.cloud_bills import (
    focus_row,
    metered_lines,
    month_after,
    month_of,
    table,
    totals,
)
from scripts.sample.sources.gateways import arrival, zulu

ACCOUNT = "acme-azure-mca"
EA_ACCOUNT = "acme-azure-ea"
SUBSCRIPTION = "0b1c7d2e-0000-4000-8000-00000000a2e1"
RESOURCE = "acme-openai-weu"
PART = 790
METERS = {
    "input_uncached_tokens": "gpt 4.1 Inp glbl Tokens",
    "input_cache_read_tokens": "gpt 4.1 cached Inp glbl Tokens",
    "input_cache_write_short_tokens": "gpt 4.1 Cd Wr glbl Tokens",
    "output_tokens": "gpt 4.1 Outp glbl Tokens",
}
PURCHASE = Decimal("26")
PTU_HOUR = Decimal("26") / 650
METRICS = ("ProcessedPromptTokens", "GeneratedTokens", "AzureOpenAIRequests")


def files(window: list[date], seed: int) -> list[SampleFile]:
    """A FOCUS export, both native views, and one response of the metrics API."""
    arrived = arrival(window)
    focus = table(_focus(window, seed))
    return [
        SampleFile("azure", "focus", "focus-part1.csv", arrived, focus),
        SampleFile("azure", "actual_cost", "actual.csv", arrived, table(_native(window, is_actual=True))),
        SampleFile("azure", "amortized_cost", "amortized.csv", arrived, table(_native(window, is_actual=False))),
        SampleFile(
            "azure",
            "monitor_metrics",
            "metrics.json",
            arrived,
            json.dumps(_metrics(window, seed)).encode(),
            {"account": ACCOUNT, "filters": RESOURCE},
        ),
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """The FOCUS bill by meter, the native one by view, and what the metrics count."""
    lines = list(metered_lines(window, seed, PART))
    prompt = sum(line.tokens for line in lines if line.meter != "output_tokens")
    return {
        **totals(lines),
        "native_billed": PURCHASE + len(window),
        "native_effective": PTU_HOUR * 24 * len(window) + len(window),
        "metric_input_tokens": prompt,
        "metric_output_tokens": sum(line.tokens for line in lines if line.meter == "output_tokens"),
        "metric_requests": 5 * len(window),
    }


def _focus(window: list[date], seed: int) -> Iterator[dict[str, Any]]:
    """FOCUS 1.2-preview: consumed in Units, priced by the thousand tokens."""
    for line in metered_lines(window, seed, PART):
        per_block = line.price / 1000
        yield focus_row(
            line,
            BillingAccountId=ACCOUNT,
            ChargeDescription="Azure OpenAI",
            ConsumedQuantity=Decimal(line.tokens) / 1000,
            ConsumedUnit="Units",
            ContractedUnitPrice=per_block,
            InvoiceIssuerName="Microsoft",
            ListUnitPrice=per_block,
            PricingQuantity=Decimal(line.tokens) / 1000,
            PricingUnit="Units",
            ProviderName="Microsoft",
            PublisherName="Microsoft",
            RegionId="westeurope",
            ServiceName="Azure OpenAI",
            ServiceSubcategory="Generative AI",
            SkuId="DZH318Z0",
            SkuMeter=METERS[line.meter],
            SkuPriceId=f"DZH318Z0_{line.meter}",
            SubAccountId=SUBSCRIPTION,
            SubAccountType="Subscription",
            Tags=json.dumps({"team": "support"}),
            x_PricingBlockSize=1000,
            x_PricingUnitDescription="1K",
            x_SkuMeterCategory="Azure OpenAI",
            x_SkuMeterName=METERS[line.meter],
        )


def _native(window: list[date], is_actual: bool) -> Iterator[dict[str, Any]]:
    """Enterprise Agreement columns: a reservation of provisioned throughput, and tokens paid as they go."""
    common = {
        "BillingAccountId": EA_ACCOUNT,
        "BillingPeriodStartDate": f"{month_of(window[0]):%m/%d/%Y}",
        "BillingPeriodEndDate": f"{month_after(window[0]) - timedelta(days=1):%m/%d/%Y}",
        "AccountOwnerId": "owner@example.com",
        "SubscriptionId": SUBSCRIPTION,
        "BillingCurrency": "USD",
        "ServiceFamily": "AI + Machine Learning",
        "MeterCategory": "Azure OpenAI",
        "MeterName": "Provisioned Managed Global Unit",
        "Product": "Azure OpenAI - Provisioned Managed Global Unit",
        "ReservationId": "49ed0e4d",
        "PricingModel": "Reservation",
        "UnitOfMeasure": "1 Hour",
        "Tags": '"team": "support"',
    }
    if is_actual:
        yield {**common, "Date": f"{window[0]:%m/%d/%Y}", "Quantity": 1, "Cost": PURCHASE, "ChargeType": "Purchase"}
    for day in window:
        at = {"Date": f"{day:%m/%d/%Y}", "Quantity": 24, "ChargeType": "Usage"}
        yield {**common, **at, "Cost": 0 if is_actual else PTU_HOUR * 24}
        on_demand = {"MeterName": "gpt 4.1 Inp glbl Tokens", "Product": "Azure OpenAI - gpt 4.1", "UnitOfMeasure": "1K"}
        yield {**common, **at, **on_demand, "Cost": 1, "ReservationId": "", "PricingModel": "OnDemand"}


def _metrics(window: list[date], seed: int) -> dict[str, Any]:
    """Response of the metrics API, a point per day; a day without data has no total."""
    lines = list(metered_lines(window, seed, PART))
    quantities = {
        day: (
            sum(line.tokens for line in lines if line.day == day and line.meter != "output_tokens"),
            sum(line.tokens for line in lines if line.day == day and line.meter == "output_tokens"),
            5,
        )
        for day in window
    }
    dimensions = [
        {"name": {"value": "modeldeploymentname", "localizedValue": "ModelDeploymentName"}, "value": "support-gpt41"},
        {"name": {"value": "modelname", "localizedValue": "ModelName"}, "value": "gpt-4.1"},
    ]
    before = zulu_day(window[0] - timedelta(days=1))
    return {
        "timespan": f"{before}/{zulu_day(window[-1] + timedelta(days=1))}",
        "interval": "P1D",
        "value": [
            {
                "id": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Insights/metrics/{name}",
                "type": "Microsoft.Insights/metrics",
                "name": {"value": name, "localizedValue": name},
                "unit": "Count",
                "timeseries": [
                    {
                        "metadatavalues": dimensions,
                        "data": [
                            {"timeStamp": before},
                            *(
                                {"timeStamp": zulu_day(day), "total": counts[position]}
                                for day, counts in quantities.items()
                            ),
                        ],
                    }
                ],
            }
            for position, name in enumerate(METRICS)
        ],
    }


def zulu_day(day: date) -> str:
    """Midnight UTC of a day."""
    return zulu(arrival([day - timedelta(days=1)]).replace(hour=0))
