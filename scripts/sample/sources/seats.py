"""Cursor's admin API (events, spend, members) and the report on Microsoft 365 Copilot licences."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile
from scripts.sample.sources.cloud_bills import table
from scripts.sample.sources.gateways import Call, arrival, calls

CURSOR_ACCOUNT = "acme-cursor"
LICENCE_ACCOUNT = "acme-m365"
LICENCES = 5
PART = 910


def files(window: list[date], seed: int) -> list[SampleFile]:
    """Pages as Cursor returns them, and Microsoft's CSV of two report days."""
    arrived = arrival(window)
    tags = {"account": CURSOR_ACCOUNT}
    events = [_event(call) for call in calls(window, seed, PART)]
    pages = {
        "usage_events": {"totalUsageEventsCount": len(events), "usageEvents": events},
        "spend": {"subscriptionCycleStart": _millis(datetime.combine(window[0], time())), "teamMemberSpend": _spend()},
        "members": {"teamMembers": [_member(number) for number in range(5)]},
    }
    report = table([_licence(number, day) for day in window[-2:] for number in range(LICENCES)])
    return [
        *(
            SampleFile("cursor", stream, f"{stream}.json", arrived, json.dumps(page).encode(), tags)
            for stream, page in pages.items()
        ),
        SampleFile("microsoft365", "copilot_usage", "CopilotUsage.csv", arrived, report, {"account": LICENCE_ACCOUNT}),
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Events, tokens, charged USD, members and licences by day."""
    made = list(calls(window, seed, PART))
    return {
        "events": len(made),
        "charged_usd": sum((call.cost for call in made if _is_charged(call)), Decimal(0)),
        "tokens": {
            "input_uncached_tokens": sum(call.fresh for call in made),
            "input_cache_read_tokens": sum(call.cache_read for call in made),
            "input_cache_write_short_tokens": sum(call.cache_write for call in made),
            "output_tokens": sum(call.completion for call in made),
        },
        "members": 5,
        "spend_usd": Decimal("37.5"),
        "licences": LICENCES * 2,
        "idle_licences": 2,
    }


def _millis(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp() * 1000)


def _is_charged(call: Call) -> bool:
    """The first two requests of a day are within the plan."""
    return call.number > 1


def _event(call: Call) -> dict[str, Any]:
    cents = float(call.cost * 100)
    return {
        "timestamp": str(_millis(call.at)),
        "model": "claude-4.5-sonnet",
        "kind": "Usage-based" if _is_charged(call) else "Included in Business",
        "maxMode": False,
        "requestsCosts": 1.4,
        "isTokenBasedCall": True,
        "isChargeable": _is_charged(call),
        "isHeadless": False,
        "tokenUsage": {
            "inputTokens": call.fresh,
            "outputTokens": call.completion,
            "cacheReadTokens": call.cache_read,
            "cacheWriteTokens": call.cache_write,
            "totalCents": cents,
        },
        "chargedCents": cents if _is_charged(call) else 0,
        "userEmail": f"dev{call.number}@example.com",
    }


def _spend() -> list[dict[str, Any]]:
    return [
        {
            "userId": 500 + number,
            "name": f"Dev {number}",
            "email": f"dev{number}@example.com",
            "role": "member",
            "spendCents": 375 * number,
            "includedSpendCents": 2000,
            "fastPremiumRequests": 0,
            "hardLimitOverrideDollars": 0,
            "monthlyLimitDollars": 100,
        }
        for number in range(5)
    ]


def _member(number: int) -> dict[str, Any]:
    return {"id": 500 + number, "name": f"Dev {number}", "email": f"dev{number}@example.com", "role": "member"}


def _licence(number: int, day: date) -> dict[str, Any]:
    """The first licence was never used."""
    used = "" if number == 0 else str(day - timedelta(days=number))
    apps = ("Microsoft Teams", "Word", "Excel", "PowerPoint", "Outlook", "OneNote", "Loop")
    return {
        "Report Refresh Date": day,
        "User Principal Name": f"user{number}@example.com",
        "Display Name": f"User {number}",
        "Last Activity Date": used,
        **{f"{app} Copilot Last Activity Date": used if app == "Word" else "" for app in apps},
        "Copilot Chat Last Activity Date": "",
        "Report Period": 30,
    }
