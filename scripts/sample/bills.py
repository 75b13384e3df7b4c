"""The providers' own usage and cost reports as pages in their true shapes: monthly pulls and re-pulls."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from scripts.sample import company
from scripts.sample.company import DISPLAY_NAME, REPORTED_NAME
from scripts.sample.files import SampleFile, month_spans
from scripts.sample.prices import METERS
from scripts.sample.provider_side import KEYS, CostLine

Span = tuple[date, date]

_OPENAI_ITEM = {
    "input_uncached_tokens": "input",
    "input_cache_read_tokens": "cached input",
    "output_tokens": "output",
}
_ANTHROPIC_TYPE = {
    "input_uncached_tokens": ("uncached_input_tokens", "Input Tokens"),
    "input_cache_read_tokens": ("cache_read_input_tokens", "Input Tokens, Cache Read"),
    "input_cache_write_short_tokens": (
        "cache_creation.ephemeral_5m_input_tokens",
        "Input Tokens, Cache Write 5m",
    ),
    "input_cache_write_long_tokens": (
        "cache_creation.ephemeral_1h_input_tokens",
        "Input Tokens, Cache Write 1h",
    ),
    "output_tokens": ("output_tokens", "Output Tokens"),
}
RESTATED_EXTRA = Decimal("37.5")
"""What the first pull of the restated day showed too much on one line, USD."""

VANISHED_COST = Decimal("4.2")
VANISHED_PROJECT = "proj_retired"


def usage_files(usage: pd.DataFrame, window: list[date]) -> list[SampleFile]:
    """Monthly pulls of both providers' usage reports; they include the last day of the window."""
    summed = usage.groupby(KEYS, sort=True)[[*METERS, "requests"]].sum().reset_index()
    rows: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in summed.to_dict("records"):
        shape = _openai_usage if row["provider"] == "openai" else _anthropic_usage
        rows[row["provider"], row["day"]].append(shape(row))
    files = []
    for span in month_spans(window):
        arrived = _arrival(span[1], time(5))
        for provider in ("openai", "anthropic"):
            results = [rows.get((provider, index), []) for index in _days(window, span)]
            files.append(_pull(provider, "usage", span, results, arrived))
    return files


def cost_files(lines: list[CostLine], window: list[date]) -> list[SampleFile]:
    """Monthly pulls of the cost reports, the restatement of one day, and a re-pull that changes nothing.

    The last two days of the window have no bill yet. The OpenAI pull that first covered the restated day has
    one line too high and one line that later vanishes.
    """
    rows: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for number, line in enumerate(lines):
        shape = _openai_cost(line, number) if line.provider == "openai" else _anthropic_cost(line)
        rows[line.provider, line.day].append(shape)
    billed = window[: -company.BILL_LAG_DAYS]
    files = []
    for span in month_spans(billed):
        arrived = _arrival(span[1] + timedelta(days=company.BILL_LAG_DAYS if span[1] > billed[-1] else 0), time(5, 30))
        for provider in ("openai", "anthropic"):
            results = []
            for index in _days(window, span):
                first_shown = list(rows.get((provider, index), []))
                if provider == "openai" and window[index] == company.RESTATED_DAY:
                    first_shown = _before_restatement(first_shown)
                results.append(first_shown)
            files.append(_pull(provider, "costs", span, results, arrived))
    repulls = [
        ("openai", (date(2026, 5, 10), date(2026, 5, 17)), datetime(2026, 6, 5, 7, 0)),
        ("anthropic", (date(2026, 4, 24), date(2026, 5, 1)), datetime(2026, 5, 6, 7, 0)),
    ]
    for provider, span, arrived in repulls:
        if span[0] >= window[0]:
            results = [rows.get((provider, index), []) for index in _days(window, span)]
            files.append(_pull(provider, "costs", span, results, arrived, suffix="_again"))
    return files


def _days(window: list[date], span: Span) -> range:
    return range((span[0] - window[0]).days, (span[1] - window[0]).days)


def _arrival(end: date, at: time) -> datetime:
    return min(datetime.combine(end, at), company.AS_OF)


def _unix(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())


def _pull(
    provider: str,
    kind: str,
    span: Span,
    results: list[list[dict[str, Any]]],
    arrived: datetime,
    suffix: str = "",
) -> SampleFile:
    """One complete pull: a page with a bucket per day of the span, empty days included."""
    days = [span[0] + timedelta(days=offset) for offset in range((span[1] - span[0]).days)]
    names = {
        ("openai", "usage"): ("usage_completions", "project_id,api_key_id,model,batch,service_tier"),
        ("openai", "costs"): ("costs", "project_id,line_item"),
        ("anthropic", "usage"): (
            "usage_messages",
            "workspace_id,api_key_id,model,service_tier,context_window",
        ),
        ("anthropic", "costs"): ("cost_report", "workspace_id,description"),
    }
    stream, group_by = names[provider, kind]
    if provider == "openai":
        buckets = [
            {"object": "bucket", "start_time": _unix(day), "end_time": _unix(day) + 86_400, "results": rows}
            for day, rows in zip(days, results, strict=True)
        ]
        page = {"object": "page", "data": buckets, "has_more": False, "next_page": None}
        account = company.OPENAI_ACCOUNT
    else:
        buckets = [
            {
                "starting_at": f"{day.isoformat()}T00:00:00Z",
                "ending_at": f"{(day + timedelta(days=1)).isoformat()}T00:00:00Z",
                "results": rows,
            }
            for day, rows in zip(days, results, strict=True)
        ]
        page = {"data": buckets, "has_more": False, "next_page": None}
        account = company.ANTHROPIC_ACCOUNT
    name = f"{provider}_{stream}_{span[0].isoformat()}{suffix}.json"
    content = _exact_numbers(json.dumps(page, separators=(",", ":"))).encode()
    return SampleFile(provider, stream, name, arrived, content, {"account": account, "group_by": group_by})


def _exact_numbers(text: str) -> str:
    """Turn decimals that were marked as text into JSON numbers, without passing through a float."""
    return text.replace('"<number>', "").replace('</number>"', "")


def _number(value: Decimal) -> str:
    return f"<number>{_plain(value)}</number>"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _openai_usage(row: dict[str, Any]) -> dict[str, Any]:
    cached = row["input_cache_read_tokens"]
    return {
        "object": "organization.usage.completions.result",
        "input_tokens": row["input_uncached_tokens"] + cached,
        "input_cached_tokens": cached,
        "input_uncached_tokens": row["input_uncached_tokens"],
        "output_tokens": row["output_tokens"],
        "num_model_requests": row["requests"],
        "project_id": row["sub_account"],
        "user_id": None,
        "api_key_id": row["api_key"],
        "model": REPORTED_NAME[row["model"]],
        "batch": False,
        "service_tier": "default",
        "api_source": None,
    }


def _anthropic_usage(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "uncached_input_tokens": row["input_uncached_tokens"],
        "cache_creation": {
            "ephemeral_5m_input_tokens": row["input_cache_write_short_tokens"],
            "ephemeral_1h_input_tokens": row["input_cache_write_long_tokens"],
        },
        "cache_read_input_tokens": row["input_cache_read_tokens"],
        "output_tokens": row["output_tokens"],
        "server_tool_use": {"web_search_requests": 0},
        "account_id": None,
        "api_key_id": row["api_key"],
        "service_account_id": None,
        "workspace_id": row["sub_account"],
        "model": REPORTED_NAME[row["model"]],
        "service_tier": "standard",
        "context_window": "0-200k",
        "inference_geo": None,
    }


def _openai_cost(line: CostLine, number: int) -> dict[str, Any]:
    """A cost row; the live API sends some amounts as text, so every seventh is."""
    value = _plain(line.cost) if number % 7 == 0 else _number(line.cost)
    item = f"{REPORTED_NAME[line.model]}, {_OPENAI_ITEM[line.meter]}"
    return _openai_cost_row(value, item, line.sub_account, line.tokens)


def _openai_cost_row(value: str, item: str, project: str, tokens: int) -> dict[str, Any]:
    return {
        "object": "organization.costs.result",
        "amount": {"value": value, "currency": "usd"},
        "line_item": item,
        "project_id": project,
        "api_key_id": None,
        "user_id": None,
        "api_source": None,
        "quantity": float(tokens),
        "quantity_unit": "tokens",
    }


def _before_restatement(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The restated day as first shown: its first line too high, and a line that is not there any more."""
    first = dict(rows[0])
    value = first["amount"]["value"].removeprefix("<number>").removesuffix("</number>")
    shown = Decimal(value) + RESTATED_EXTRA
    first["amount"] = {"value": _number(shown), "currency": "usd"}
    item = f"{REPORTED_NAME[company.GPT_MINI]}, output"
    vanished = _openai_cost_row(_number(VANISHED_COST), item, VANISHED_PROJECT, 2_100_000)
    return [first, *rows[1:], vanished]


def _anthropic_cost(line: CostLine) -> dict[str, Any]:
    token_type, words = _ANTHROPIC_TYPE[line.meter]
    return {
        "currency": "USD",
        "amount": _plain(line.cost * 100),
        "workspace_id": line.sub_account,
        "description": f"{DISPLAY_NAME[line.model]} Usage - {words}",
        "cost_type": "tokens",
        "context_window": "0-200k",
        "model": REPORTED_NAME[line.model],
        "service_tier": "standard",
        "token_type": token_type,
        "inference_geo": "global",
    }
