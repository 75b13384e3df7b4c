"""The truth file: what was planted and what totals must be, for tests. Amounts are decimals as text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from scripts.sample import bills, company
from scripts.sample.gateway_log import GatewayLog
from scripts.sample.outcomes import first_reported_status, latest_outcomes
from scripts.sample.prices import METERS, PriceList
from scripts.sample.provider_side import CostLine, total

DAY_MS = 86_400_000
TOKENS = list(METERS)


def _text(value: Decimal) -> str:
    return f"{value:.12f}"


def _tokens(frame: pd.DataFrame) -> dict[str, int]:
    return {meter: int(frame[meter].sum()) for meter in TOKENS}


def _by_month(frame: pd.DataFrame, window: list[date]) -> Iterable[tuple[str, pd.DataFrame]]:
    months = frame["day"].map(lambda index: f"{window[index]:%Y-%m}")
    return ((str(month), part) for month, part in frame.groupby(months, sort=True))


def contracted(frame: pd.DataFrame, window: list[date], prices: PriceList) -> Decimal:
    """Tokens of billed attempts or messages at contracted prices, exact USD."""
    cost = Decimal(0)
    summed = frame.groupby(["day", "provider", "model"], sort=True)[TOKENS].sum()
    for (day, provider, model), *tokens in summed.itertuples():
        account = company.OPENAI_ACCOUNT if provider == "openai" else company.ANTHROPIC_ACCOUNT
        for meter, count in zip(TOKENS, tokens, strict=True):
            price = prices.contracted_price(provider, account, model, meter, window[day]) if count else None
            if price is not None:
                cost += int(count) * price
    return cost


def _reached(attempts: pd.DataFrame) -> pd.DataFrame:
    return attempts[(attempts["status"] == "success") & ~attempts["is_cache_hit"]]


def monthly_bills(lines: list[CostLine], window: list[date]) -> dict[str, dict[str, str]]:
    """Billed cost by provider and month, USD, of the days that a cost report covers, as restated."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in lines:
        sums[line.provider][f"{window[line.day]:%Y-%m}"] += line.cost
    return {provider: {month: _text(cost) for month, cost in months.items()} for provider, months in sums.items()}


def owner_costs(
    attempts: pd.DataFrame, messages: pd.DataFrame, window: list[date], prices: PriceList
) -> list[dict[str, Any]]:
    """Direct cost by month and key: `billed_usd` of billed days, `unbilled_contracted_usd` of later days.

    A shared key has a pool_id, the key without a rule has team __unattributed__. Unobserved cost is not here.
    """
    billed_days = len(window) - company.BILL_LAG_DAYS
    reached = _reached(attempts)
    reached = reached[reached["provider"].isin(["openai", "anthropic"])]
    code = messages.assign(alias="claude-code", provider="anthropic")
    rows = []
    for frame in (reached, code):
        for month, in_month in _by_month(frame, window):
            for alias, part in in_month.groupby("alias", sort=True):
                billed = part[part["day"] < billed_days]
                unbilled = part[part["day"] >= billed_days]
                rows.append(
                    {
                        "month": month,
                        "key": alias,
                        **_owner(str(alias)),
                        "billed_usd": _text(contracted(billed, window, prices)),
                        "unbilled_contracted_usd": _text(contracted(unbilled, window, prices)),
                        "provider_requests": len(part),
                        "tokens": _tokens(part),
                    }
                )
    return rows


def _owner(alias: str) -> dict[str, str | None]:
    if alias == "claude-code":
        return {"team": "engineering", "use_case": "code_assistant", "environment": "prod", "pool_id": None}
    if alias == "gw-platform-shared":
        return {"team": None, "use_case": None, "environment": None, "pool_id": "platform"}
    stream = company.stream_by_alias(alias)
    sentinel = "__unattributed__"
    return {
        "team": stream.team or sentinel,
        "use_case": stream.use_case or sentinel,
        "environment": stream.environment or sentinel,
        "pool_id": None,
    }


def outcome_counts(events: pd.DataFrame, pulls: pd.DataFrame, days: int) -> list[dict[str, Any]]:
    """Outcomes by use case, type and month of occurrence: latest status, and successes as first reported."""
    latest = latest_outcomes(events)[["use_case", "outcome_type", "occurred_ms", "status", "first_status"]]
    merged = pulls["merged_ms"] >= 0
    status = pd.Series("open", index=pulls.index)
    status[pulls["closed_ms"] >= 0] = "failed"
    status[merged] = "succeeded"
    first = first_reported_status(pulls, days)
    status[pulls["reverted_ms"] >= 0] = "reverted"
    occurred = pulls["closed_ms"].where(pulls["closed_ms"] >= 0, pulls["created_ms"])
    code = pd.DataFrame({"occurred_ms": occurred, "status": status, "first_status": first})
    code = code.assign(use_case="code_assistant", outcome_type="pull_request_merged")
    frame = pd.concat([latest, code], ignore_index=True)
    frame["month"] = pd.to_datetime(frame["occurred_ms"], unit="ms").dt.strftime("%Y-%m")
    rows = []
    for (use_case, kind, month), part in frame.groupby(["use_case", "outcome_type", "month"], sort=True):
        counts = part["status"].value_counts()
        row = {name: int(counts.get(name, 0)) for name in ("succeeded", "failed", "reverted", "open")}
        row["first_reported_succeeded"] = int((part["first_status"] == "succeeded").sum())
        rows.append({"use_case": use_case, "outcome_type": kind, "month": month, **row})
    return rows


def planted(
    attempts: pd.DataFrame,
    usage: pd.DataFrame,
    lines: list[CostLine],
    events: pd.DataFrame,
    pulls: pd.DataFrame,
    log: GatewayLog,
    window: list[date],
    prices: PriceList,
) -> dict[str, Any]:
    """What was planted, each with dates, ids, counts and amounts."""
    reached = _reached(attempts)
    hits = attempts[attempts["is_cache_hit"]]
    runaway = attempts[attempts["session_id"].str.startswith("agent-")]
    shared = reached[reached["alias"] == "gw-platform-shared"]
    unnamed = reached[reached["alias"] == "gw-unnamed"]
    unpriced = attempts[attempts["model"] == company.EXPERIMENTAL]
    chains = attempts[attempts["attempts"] > 1]
    finals = attempts[attempts["attempt"] == attempts["attempts"]]
    reverted = events[events["status"] == "reverted"]
    return {
        "gateway_duplicates": {
            "exact_within_file": len(log.planted["duplicates_within_file"]),
            "exact_across_files": len(log.planted["duplicates_across_files"]),
            "same_id_within_file": len(log.planted["repeats_within_file"]),
            "same_id_across_files": len(log.planted["repeats_across_files"]),
            "request_ids": log.planted["duplicates_within_file"] + log.planted["duplicates_across_files"],
            "repeated_request_ids": log.planted["repeats_within_file"] + log.planted["repeats_across_files"],
        },
        "late_records": {
            "two_days": _late(log, "late_2_days", company.LATE_2_DAY, company.LATE_2_ARRIVED.isoformat()),
            "forty_days": _late(log, "late_40_days", company.LATE_40_DAY, company.LATE_40_ARRIVED.isoformat()),
        },
        "contradicting_tags": {"tag": "team:sales", "request_ids": log.planted["contradicting_tags"]},
        "restated_day": {
            "provider": "openai",
            "account": company.OPENAI_ACCOUNT,
            "date": company.RESTATED_DAY.isoformat(),
            "first_reported_usd": _text(_restated(lines, window) + bills.RESTATED_EXTRA + bills.VANISHED_COST),
            "restated_usd": _text(_restated(lines, window)),
            "vanished_project": bills.VANISHED_PROJECT,
            "vanished_usd": _text(bills.VANISHED_COST),
        },
        "price_change": {
            "provider": "anthropic",
            "account": company.ANTHROPIC_ACCOUNT,
            "date": company.CONTRACT_FROM.isoformat(),
            "unit_prices": [
                {
                    "model": model,
                    "meter": "output_tokens",
                    "before_usd": _price(prices, model, company.CONTRACT_FROM - timedelta(days=1)),
                    "after_usd": _price(prices, model, company.CONTRACT_FROM),
                }
                for model in (company.SONNET, company.HAIKU, company.OPUS)
            ],
        },
        "provider_cache": [
            {"month": month, "model": model, **_tokens(part), "read_ratio": _read_ratio(part)}
            for month, in_month in _by_month(usage, window)
            for model, part in in_month.groupby("model", sort=True)
        ],
        "gateway_cache_hits": {
            "requests": len(hits),
            "tokens": _tokens(hits),
            "by_use_case": {
                company.stream_by_alias(str(alias)).use_case: len(part) for alias, part in hits.groupby("alias")
            },
        },
        "retries_and_fallbacks": {
            "attempts": len(attempts),
            "logical_calls": int(attempts["call_id"].nunique()),
            "calls_with_several_attempts": int(chains["call_id"].nunique()),
            "calls_with_three_attempts": int((chains["attempt"] == 3).sum()),
            "fallback_calls": int(attempts["is_fallback"].sum()),
            "lost_calls": int((finals["status"] == "failure").sum()),
            "failed_attempts": int((attempts["status"] == "failure").sum()),
            "example_fallback_call_id": _first(attempts.loc[attempts["is_fallback"], "call_id"]),
        },
        "runaway_session": {
            "session_id": _first(runaway["session_id"]),
            "date": company.RUNAWAY_DAY.isoformat(),
            "use_case": "document_summaries",
            "environment": "dev",
            "requests": len(runaway),
            "tokens": _tokens(runaway),
            "contracted_usd": _text(contracted(runaway, window, prices)),
        },
        "unpriced_model": {
            "provider": company.PROVIDER_OF[company.EXPERIMENTAL],
            "model": company.EXPERIMENTAL,
            "requests": len(unpriced),
            "tokens": _tokens(unpriced),
        },
        "untagged_key": {
            "api_key_id": company.gateway_key("gw-unnamed"),
            "project": "proj_default",
            "requests": int((attempts["alias"] == "gw-unnamed").sum()),
            "billed_usd": _text(contracted(_billed(unnamed, window), window, prices)),
        },
        "shared_key": {
            "api_key_id": company.gateway_key("gw-platform-shared"),
            "pool_id": "platform",
            "requests": int((attempts["alias"] == "gw-platform-shared").sum()),
            "billed_usd": _text(contracted(_billed(shared, window), window, prices)),
        },
        "outcomes": {
            "reopened_tickets": int(len(reverted)),
            "reopened_ticket_ids": sorted(reverted["outcome_id"]),
            "reverted_pull_requests": [int(n) for n in pulls.loc[pulls["reverted_ms"] >= 0, "number"]],
        },
        "padding": _padding(attempts, events, window),
        "unobserved": [
            {
                "month": month,
                "provider": "openai",
                "project": company.BYPASS_PROJECT,
                "tokens": _tokens(part),
                "billed_usd": _text(_project_cost(lines, company.BYPASS_PROJECT, month, window)),
            }
            for month, part in _by_month(usage[usage["origin"] == "bypass"], window)
        ],
        "new_spender": {
            "team": "marketing",
            "use_case": "campaign_copy",
            "api_key_id": company.gateway_key("gw-marketing-prod"),
            "first_date": company.NEW_TEAM_FROM.isoformat(),
        },
    }


def _late(log: GatewayLog, name: str, day: date, arrived: str) -> dict[str, Any]:
    return {"date": day.isoformat(), "arrived_at": arrived, "request_ids": log.planted[name]}


def _first(series: pd.Series) -> str | None:
    return str(series.iloc[0]) if len(series) else None


def _price(prices: PriceList, model: str, day: date) -> str | None:
    price = prices.contracted_price("anthropic", company.ANTHROPIC_ACCOUNT, model, "output_tokens", day)
    return None if price is None else _text(price)


def _read_ratio(part: pd.DataFrame) -> float:
    inputs = sum(int(part[meter].sum()) for meter in METERS if meter != "output_tokens")
    return round(int(part["input_cache_read_tokens"].sum()) / inputs, 9) if inputs else 0.0


def _billed(frame: pd.DataFrame, window: list[date]) -> pd.DataFrame:
    return frame[frame["day"] < len(window) - company.BILL_LAG_DAYS]


def _restated(lines: list[CostLine], window: list[date]) -> Decimal:
    return total(x for x in lines if x.provider == "openai" and window[x.day] == company.RESTATED_DAY)


def _project_cost(lines: list[CostLine], project: str, month: str, window: list[date]) -> Decimal:
    return total(x for x in lines if x.sub_account == project and f"{window[x.day]:%Y-%m}" == month)


def _padding(attempts: pd.DataFrame, events: pd.DataFrame, window: list[date]) -> dict[str, Any]:
    """Tokens per delivered proposal in the calendar months before and after the change."""
    calls = attempts[attempts["alias"] == "gw-sales-prod"]
    proposals = latest_outcomes(events)
    proposals = proposals[proposals["outcome_type"] == "proposal_delivered"]
    split = int(pd.Timestamp(company.PADDING_FROM).timestamp() * 1000)
    result: dict[str, Any] = {"use_case": "sales_proposals", "from_date": company.PADDING_FROM.isoformat()}
    for name, later in (("before", False), ("after", True)):
        tokens = int(calls.loc[(calls["started_ms"] >= split) == later, TOKENS].sum().sum())
        inside = proposals[(proposals["occurred_ms"] >= split) == later]
        delivered = int((inside["status"] == "succeeded").sum())
        days = sum((day >= company.PADDING_FROM) == later for day in window)
        result[name] = {
            "tokens": tokens,
            "delivered": delivered,
            "tokens_per_outcome": round(tokens / delivered, 3) if delivered else None,
            "delivered_per_day": round(delivered / days, 3) if days else None,
        }
    return result
