"""Data platforms: Snowflake's Cortex history, Databricks' serving and billing tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile, json_lines
from scripts.sample.sources.cloud_bills import table
from scripts.sample.sources.gateways import Call, arrival, calls, zulu

SNOWFLAKE_ACCOUNT = "acme-snowflake"
DATABRICKS_ACCOUNT = "acme-databricks"
PRICE = Decimal("0.07")
CREDITS_PER_MILLION = Decimal("2.55")
PART = 920


def files(window: list[date], seed: int) -> list[SampleFile]:
    """Snowflake's history as CSV, Databricks' tables as JSON lines."""
    arrived = arrival(window)
    cortex = table([_query(call) for call in calls(window, seed, PART)])
    serving = json_lines(_request(call) for call in calls(window, seed, PART + 1))
    billing = json_lines(_billing(window, seed))
    tags = {"account": DATABRICKS_ACCOUNT}
    return [
        SampleFile("snowflake", "cortex_usage", "cortex.csv", arrived, cortex, {"account": SNOWFLAKE_ACCOUNT}),
        SampleFile("databricks", "serving_usage", "endpoint_usage.jsonl", arrived, serving, tags),
        SampleFile("databricks", "billing_usage", "billing_usage.jsonl", arrived, billing, tags),
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Queries, requests, tokens, credits; USD for AI and for the rest."""
    queries = list(calls(window, seed, PART))
    requests = list(calls(window, seed, PART + 1))
    billing = list(_billing(window, seed))
    serving = [row for row in billing if row["billing_origin_product"] == "MODEL_SERVING"]
    return {
        "snowflake": {
            "requests": len(queries),
            "credits": sum((_credits(call) for call in queries), Decimal(0)),
            "input_uncached_tokens": sum(call.prompt for call in queries),
            "output_tokens": sum(call.completion for call in queries),
        },
        "databricks": {
            "requests": len(requests),
            "failures": sum(call.number == 4 for call in requests),
            "input_uncached_tokens": sum(call.prompt for call in requests),
            "output_tokens": sum(call.completion for call in requests),
            "cost_usd": sum((Decimal(row["usage_quantity"]) * PRICE for row in serving), Decimal(0)),
            "not_ai_usd": sum(
                (Decimal(row["usage_quantity"]) * PRICE for row in billing if row not in serving), Decimal(0)
            ),
            "records": len(serving),
        },
    }


def _credits(call: Call) -> Decimal:
    return ((call.prompt + call.completion) * CREDITS_PER_MILLION / 1_000_000).quantize(Decimal("0.000000001"))


def _query(call: Call) -> dict[str, Any]:
    hour = call.at.replace(minute=0, second=0)
    metrics = [
        {"key": {"metric": "input", "unit": "tokens"}, "value": call.prompt},
        {"key": {"metric": "output", "unit": "tokens"}, "value": call.completion},
    ]
    return {
        "START_TIME": zulu(hour),
        "END_TIME": zulu(hour + timedelta(hours=1)),
        "FUNCTION_NAME": "AI_COMPLETE",
        "MODEL_NAME": "claude-4-sonnet",
        "QUERY_ID": f"01b-{call.id}",
        "WAREHOUSE_ID": 7,
        "ROLE_NAMES": json.dumps(["ANALYST"]),
        "QUERY_TAG": f"report-{call.number}",
        "USER_ID": 40 + call.number,
        "METRICS": json.dumps(metrics),
        "CREDITS": _credits(call),
        "IS_COMPLETED": "true",
    }


def _request(call: Call) -> dict[str, Any]:
    """The last request of a day is refused by a limit."""
    return {
        "account_id": "6f0",
        "workspace_id": "101",
        "databricks_request_id": call.id,
        "client_request_id": f"case-{call.id[:6]}",
        "request_time": zulu(call.at),
        "status_code": 429 if call.number == 4 else 200,
        "requester": f"svc{call.number}@example.com",
        "served_entity_id": "e-1",
        "served_entity_name": "support-llama",
        "entity_name": "system.ai.llama_v3_3_70b_instruct",
        "endpoint_name": "support",
        "input_token_count": call.prompt,
        "output_token_count": call.completion,
        "usage_context": {"use_case": "it_helpdesk"},
        "request_streaming": True,
    }


def _billing(window: list[date], seed: int) -> Iterator[dict[str, Any]]:
    """Serving and a job per day; the serving of the first day is taken back and told anew."""
    for index, day in enumerate(window):
        yield _usage(f"s{index}", day, "MODEL_SERVING", "ORIGINAL", Decimal("12.5") + index % 7)
        yield _usage(f"j{index}", day, "JOBS", "ORIGINAL", Decimal("100"))
    yield _usage("s0-back", window[0], "MODEL_SERVING", "RETRACTION", Decimal("-12.5"))
    yield _usage("s0-new", window[0], "MODEL_SERVING", "RESTATEMENT", Decimal("11.75"))


def _usage(record_id: str, day: date, product: str, record_type: str, quantity: Decimal) -> dict[str, Any]:
    start = datetime.combine(day, time(10))
    is_serving = product == "MODEL_SERVING"
    return {
        "record_id": f"{day}-{record_id}",
        "account_id": "6f0",
        "workspace_id": "101",
        "sku_name": "ENTERPRISE_SERVERLESS_REAL_TIME_INFERENCE" if is_serving else "ENTERPRISE_JOBS_COMPUTE",
        "cloud": "AWS",
        "usage_start_time": zulu(start),
        "usage_end_time": zulu(start + timedelta(hours=1)),
        "usage_date": str(day),
        "custom_tags": {"team": "support"},
        "usage_unit": "DBU",
        "usage_quantity": str(quantity),
        "usage_metadata": {"endpoint_name": "support" if is_serving else None},
        "record_type": record_type,
        "billing_origin_product": product,
        "usage_type": "TOKEN" if is_serving else "COMPUTE_TIME",
        "list_price": str(PRICE),
        "currency_code": "USD",
    }
