"""Salesforce: a Bulk API export of opportunities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile
from scripts.sample.sources.cloud_bills import table
from scripts.sample.sources.gateways import arrival

RECORD_TYPE = "0120500000AbCdE"
SESSION_FIELD = "AI_Session__c"
STATES = (("true", "true", "false"), ("true", "false", "false"), ("false", "false", "false"), ("true", "true", "true"))
"""IsClosed, IsWon, IsDeleted."""


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One CSV, exported the day after the window."""
    tags = {"session_id_field": SESSION_FIELD, "use_case": "deal_desk", "currency": "USD"}
    rows = table(_opportunities(window))
    return [SampleFile("salesforce", "opportunities", "opportunities.csv", arrival(window), rows, tags)]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Opportunities by status as they count, and the value of those won."""
    rows = list(_opportunities(window))
    won = [row for row in rows if row["IsWon"] == "true" and row["IsDeleted"] == "false"]
    is_open = sum(row["IsClosed"] == "false" for row in rows)
    return {
        "statuses": {"succeeded": len(won), "failed": len(rows) - len(won) - is_open, "open": is_open},
        "value_usd": sum((Decimal(row["Amount"]) for row in won), Decimal(0)),
    }


def _opportunities(window: list[date]) -> Iterator[dict[str, str]]:
    """One a day: won, lost, open, won and deleted in turn."""
    for index, day in enumerate(window):
        closed, won, deleted = STATES[index % len(STATES)]
        created = datetime.combine(day, time(9))
        changed = created + timedelta(hours=6)
        yield {
            "Id": f"0060500000Op{index:03d}",
            "IsDeleted": deleted,
            "AccountId": f"0010500000Ac{index % 5:03d}",
            "RecordTypeId": RECORD_TYPE,
            "StageName": "Closed Won" if won == "true" else "Closed Lost" if closed == "true" else "Proposal",
            "Type": "New Business",
            "LeadSource": "Web",
            "IsClosed": closed,
            "IsWon": won,
            "Amount": f"{12_000 + 250 * index}.50",
            "CloseDate": (day + timedelta(days=30)).isoformat(),
            "CreatedDate": created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "LastStageChangeDate": changed.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "SystemModstamp": (changed + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "OwnerId": "0050500000Owner",
            SESSION_FIELD: f"salesforce-session-{index}",
        }
