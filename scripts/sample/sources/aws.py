"""AWS: one payer's bill as FOCUS export and as CUR 2.0, and the invocation log of Bedrock behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile, json_lines
from scripts.sample.sources.cloud_bills import (
    MeteredLine,
    focus_row,
    instant,
    metered_lines,
    month_of,
    table,
    totals,
)
from scripts.sample.sources.gateways import arrival, calls

PAYER = "111122223333"
USAGE_ACCOUNT = "444455556666"
PART = 780
MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
PRODUCT = "Claude Sonnet 4.5 (Amazon Bedrock Edition)"
# What the marketplace calls each meter, in one usage type that also names the region.
METERS = {
    "input_uncached_tokens": "InputTokenCount",
    "input_cache_read_tokens": "CacheReadInputTokenCount",
    "input_cache_write_short_tokens": "CacheWriteInputTokenCount",
    "output_tokens": "OutputTokenCount",
}
STORAGE_COST = Decimal("1.25")


def files(window: list[date], seed: int) -> list[SampleFile]:
    """The month's bill in two shapes, and one log object of invocations."""
    arrived = arrival(window)
    lines = list(metered_lines(window, seed, PART))
    return [
        SampleFile("aws", "focus", "focus-00001.csv", arrived, table(_focus(lines, window))),
        SampleFile("aws", "cur2", "cur2-00001.csv", arrived, table(_cur2(lines, window))),
        SampleFile(
            "aws", "bedrock_invocations", "invocations.json", arrived, json_lines(_invocations(window, seed))
        ),
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """The bill by meter (what is no AI apart), and the calls behind it."""
    made = list(calls(window, seed, PART))
    return {
        **totals(metered_lines(window, seed, PART)),
        "requests": len(made),
        "failures": sum(call.number == 4 for call in made),
        "not_ai_cost": STORAGE_COST * len(window),
    }


def _usage_type(line: MeteredLine) -> str:
    return f"USE1-MP:USE1_{METERS[line.meter]}-Units"


def _focus(lines: list[MeteredLine], window: list[date]) -> Iterator[dict[str, Any]]:
    """FOCUS 1.2 with AWS columns: units of a million tokens, and a service that is no AI."""
    for line in lines:
        yield focus_row(
            line,
            BillingAccountId=PAYER,
            ChargeDescription=f"AWS Marketplace software usage|us-east-1|{METERS[line.meter]}",
            ConsumedQuantity="",
            ConsumedUnit="",
            InvoiceIssuerName="Amazon Web Services, Inc.",
            PricingQuantity=Decimal(line.tokens).scaleb(-6),
            PricingUnit="Units",
            ProviderName="AWS",
            PublisherName="Anthropic",
            RegionId="us-east-1",
            ServiceName=PRODUCT,
            ServiceSubcategory="Generative AI",
            SkuId="MP-SONNET45",
            SkuPriceId=f"MP-SONNET45.{METERS[line.meter]}",
            SubAccountId=USAGE_ACCOUNT,
            SubAccountType="Member account",
            Tags=json.dumps({"team": "risk"}),
            x_UsageType=_usage_type(line),
            x_ServiceCode="8k2exampleproduct",
        )
    for day in window:
        yield focus_row(
            MeteredLine(day, "storage", 0, Decimal(0)),
            BilledCost=STORAGE_COST,
            EffectiveCost=STORAGE_COST,
            ListCost=STORAGE_COST,
            ContractedCost=STORAGE_COST,
            ListUnitPrice="0.025",
            ContractedUnitPrice="0.025",
            PricingQuantity="50",
            PricingUnit="GB-Mo",
            ConsumedQuantity="50",
            ConsumedUnit="GB-Mo",
            BillingAccountId=PAYER,
            InvoiceIssuerName="Amazon Web Services, Inc.",
            ProviderName="AWS",
            PublisherName="AWS",
            RegionId="us-east-1",
            ServiceCategory="Storage",
            ServiceName="Amazon Simple Storage Service",
            ServiceSubcategory="Object Storage",
            SkuId="S3",
            SkuPriceId="S3.STANDARD",
            SubAccountId=USAGE_ACCOUNT,
            SubAccountType="Member account",
            ChargeDescription="$0.025 per GB - first 50 TB / month of storage used",
            x_UsageType="TimedStorage-ByteHrs",
            x_ServiceCode="AmazonS3",
        )


def _cur2(lines: list[MeteredLine], window: list[date]) -> Iterator[dict[str, Any]]:
    """The same lines as CUR 2.0 has them, maps as JSON text, and the tax that FOCUS leaves to the end of the month."""
    for number, line in enumerate(lines):
        yield {
            "identity_line_item_id": f"line{number}",
            "bill_billing_period_start_date": instant(month_of(line.day)),
            "bill_payer_account_id": PAYER,
            "bill_billing_entity": "AWS Marketplace",
            "line_item_usage_account_id": USAGE_ACCOUNT,
            "line_item_line_item_type": "Usage",
            "line_item_usage_start_date": instant(line.day),
            "line_item_usage_end_date": instant(line.day + timedelta(days=1)),
            "line_item_product_code": "8k2exampleproduct",
            "line_item_usage_type": _usage_type(line),
            "line_item_operation": "Usage",
            "line_item_usage_amount": Decimal(line.tokens).scaleb(-6),
            "line_item_unblended_cost": line.cost,
            "line_item_currency_code": "USD",
            "line_item_line_item_description": f"AWS Marketplace software usage|us-east-1|{METERS[line.meter]}",
            "line_item_legal_entity": "Anthropic, PBC",
            "pricing_unit": "Units",
            "pricing_public_on_demand_cost": line.cost,
            "product": json.dumps({"product_name": PRODUCT, "region": "us-east-1"}),
            "resource_tags": json.dumps({"user_team": "risk"}),
        }


def _invocations(window: list[date], seed: int) -> Iterator[dict[str, Any]]:
    """Log records with their usage in the body; the last call of a day failed after it was counted."""
    for call in calls(window, seed, PART):
        yield {
            "schemaType": "ModelInvocationLog",
            "schemaVersion": "1.0",
            "timestamp": f"{call.at:%Y-%m-%dT%H:%M:%SZ}",
            "accountId": USAGE_ACCOUNT,
            "region": "us-east-1",
            "requestId": call.id,
            "operation": "Converse",
            "modelId": MODEL,
            "inferenceRegion": "us-west-2",
            "identity": {"arn": f"arn:aws:sts::{USAGE_ACCOUNT}:assumed-role/risk-bot/i-{call.number}"},
            "requestMetadata": {"ticket_id": f"ZD-{call.at:%m%d}{call.number}", "team": "risk"},
            **({"errorCode": "ModelStreamErrorException"} if call.number == 4 else {}),
            "input": {
                "inputContentType": "application/json",
                "inputTokenCount": call.fresh,
                "cacheReadInputTokenCount": call.cache_read,
                "cacheWriteInputTokenCount": call.cache_write,
            },
            "output": {
                "outputContentType": "application/json",
                "outputBodyJson": {"usage": {"inputTokens": call.fresh, "outputTokens": call.completion}},
                "outputTokenCount": call.completion,
            },
        }
