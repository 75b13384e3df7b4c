"""Google Cloud: the detailed billing export, a FOCUS view of another account, and Vertex AI's request log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile, json_lines
from scripts.sample.sources.cloud_bills import focus_row, instant, metered_lines, table, totals
from scripts.sample.sources.gateways import arrival, calls

ACCOUNT = "01ABCD-234567-89EFAB"
FOCUS_ACCOUNT = "01FOCU-000000-000001"
PROJECT = "acme-support-prod"
PART = 800
FOCUS_PART = 801
SKUS = {
    "input_uncached_tokens": "Gemini 2.5 Pro Text Input - Predictions",
    "input_cache_read_tokens": "Gemini 2.5 Pro Text Input Caching",
    "input_cache_write_short_tokens": "Gemini 2.5 Pro Text Cache Write - Predictions",
    "output_tokens": "Gemini 2.5 Pro Text Output - Predictions",
}
# A committed-use discount on every line, and a promotion on the first of a day.
DISCOUNT = Decimal("0.1")
PROMOTION = Decimal("0.001")


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One extract of the billing table, one month of the FOCUS view, one extract of the request log."""
    arrived = arrival(window)
    return [
        SampleFile("gcp", "billing_export", "billing.json", arrived, json_lines(_billing(window, seed))),
        SampleFile("gcp", "focus", "focus.csv", arrived, table(_focus(window, seed)), {"account": FOCUS_ACCOUNT}),
        SampleFile(
            "gcp", "vertex_request_logs", "logs.json", arrived, json_lines(_logs(window, seed)), {"account": ACCOUNT}
        ),
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Both bills by meter, net of their credits, and the tokens of the log."""
    billed = totals(metered_lines(window, seed, PART))
    focus = totals(metered_lines(window, seed, FOCUS_PART))
    made = list(calls(window, seed, PART))
    return {
        **billed,
        "net_cost": billed["cost"] * (1 - DISCOUNT) - PROMOTION * len(window),
        "focus": focus,
        "focus_net_cost": focus["cost"] * (1 - DISCOUNT),
        "requests": len(made),
        "reasoning": sum(call.reasoning for call in made),
    }


def _billing(window: list[date], seed: int) -> Iterator[dict[str, Any]]:
    """Lines with nested records as BigQuery writes them; money as text, so that no digit is lost."""
    for line in metered_lines(window, seed, PART):
        committed = {"name": "Committed use discount", "amount": str(-line.cost * DISCOUNT)}
        credits = [{**committed, "type": "COMMITTED_USAGE_DISCOUNT"}]
        if line.meter == "input_uncached_tokens":
            credits.append({"name": "Trial", "type": "PROMOTION", "amount": str(-PROMOTION)})
        yield {
            "billing_account_id": ACCOUNT,
            "invoice": {"month": f"{line.day:%Y%m}"},
            "cost_type": "regular",
            "service": {"id": "C7E2-9256-1C43", "description": "Vertex AI"},
            "sku": {"id": f"SKU-{line.meter}", "description": SKUS[line.meter]},
            "usage_start_time": instant(line.day),
            "usage_end_time": instant(line.day + timedelta(days=1)),
            "project": {"id": PROJECT, "number": "123", "name": PROJECT, "labels": [], "ancestors": []},
            "labels": [{"key": "team", "value": "support"}, {"key": "environment", "value": "production"}],
            "location": {"location": "europe-west4", "region": "europe-west4"},
            "cost": str(line.cost),
            "cost_at_list": str(line.cost),
            "currency": "USD",
            "currency_conversion_rate": "1",
            "usage": {
                "amount": str(line.tokens),
                "unit": "count",
                "amount_in_pricing_units": str(Decimal(line.tokens).scaleb(-6)),
                "pricing_unit": "1M count",
            },
            "credits": credits,
            "export_time": instant(line.day + timedelta(days=1)),
            "transaction_type": "GOOGLE",
            "seller_name": "Google",
        }


def _focus(window: list[date], seed: int) -> Iterator[dict[str, Any]]:
    """The SQL view: costs before credits, which lie in x_Credits."""
    for line in metered_lines(window, seed, FOCUS_PART):
        yield focus_row(
            line,
            BillingAccountId=FOCUS_ACCOUNT,
            ChargeDescription=f"{SKUS[line.meter]} tokens",
            ConsumedQuantity=line.tokens,
            ConsumedUnit="count",
            InvoiceIssuerName="Google Cloud",
            PricingQuantity=Decimal(line.tokens).scaleb(-6),
            PricingUnit="1M count",
            ProviderName="Google Cloud",
            PublisherName="Google",
            RegionId="europe-west4",
            ServiceName="Vertex AI",
            SkuId=f"SKU-{line.meter}",
            SkuPriceId=f"SKU-{line.meter}-1",
            SubAccountId=PROJECT,
            x_Credits=json.dumps([{"name": "Committed use discount", "amount": str(-line.cost * DISCOUNT)}]),
        )


def _logs(window: list[date], seed: int) -> Iterator[dict[str, Any]]:
    """Logged requests: the prompt includes cached tokens, thoughts stand beside the candidates."""
    for call in calls(window, seed, PART):
        prompt, answer = call.fresh + call.cache_write + call.cache_read, call.completion - call.reasoning
        yield {
            "endpoint": f"projects/{PROJECT}/locations/europe-west4/publishers/google/models/gemini-2.5-pro",
            "logging_time": f"{call.at:%Y-%m-%d %H:%M:%S} UTC",
            "request_id": str(int(call.id[:12], 16)),
            "model": "publishers/google/models/gemini-2.5-pro",
            "model_version": "gemini-2.5-pro",
            "api_method": "generateContent",
            "full_response": {
                "modelVersion": "gemini-2.5-pro",
                "usageMetadata": {
                    "promptTokenCount": prompt,
                    "cachedContentTokenCount": call.cache_read,
                    "candidatesTokenCount": answer,
                    "thoughtsTokenCount": call.reasoning,
                    "totalTokenCount": prompt + call.completion,
                    "promptTokensDetails": [{"modality": "TEXT", "tokenCount": prompt}],
                    "trafficType": "ON_DEMAND",
                },
            },
        }
