"""HubSpot: a page of deals, all properties as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile
from scripts.sample.sources.gateways import arrival

PIPELINE = "acme-pipeline"
SESSION_FIELD = "ai_session"


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One page, pulled the day after the window."""
    page = {"results": list(_deals(window)), "paging": {}}
    tags = {"session_id_field": f"properties.{SESSION_FIELD}", "use_case": "deal_desk"}
    return [SampleFile("hubspot", "deals", "deals.json", arrival(window), json.dumps(page).encode(), tags)]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Deals by status as they count, and the value of those won."""
    deals = [deal["properties"] for deal in _deals(window)]
    won = [deal for deal in deals if deal["hs_is_closed_won"] == "true"]
    is_open = sum(deal["hs_is_closed"] == "false" for deal in deals)
    return {
        "statuses": {"succeeded": len(won), "failed": len(deals) - len(won) - is_open, "open": is_open},
        "value_usd": sum((Decimal(deal["amount"]) for deal in won), Decimal(0)),
    }


def _deals(window: list[date]) -> Iterator[dict[str, Any]]:
    """One a day: won, lost and open in turn; an open deal has no amount yet and hopes for a closing day."""
    for index, day in enumerate(window):
        closed, won = (("true", "true"), ("true", "false"), ("false", "false"))[index % 3]
        created = datetime.combine(day, time(10))
        ended = created + (timedelta(hours=3) if closed == "true" else timedelta(days=60))
        yield {
            "id": str(8_800_000 + index),
            "createdAt": _millis(created),
            "updatedAt": _millis(created + timedelta(hours=4)),
            "archived": False,
            "properties": {
                "dealstage": "closedwon" if won == "true" else "qualifiedtobuy",
                "pipeline": PIPELINE,
                "amount": f"{4_000 + 125 * index}.25" if closed == "true" else "",
                "deal_currency_code": "USD",
                "closedate": _millis(ended),
                "createdate": _millis(created),
                "hs_lastmodifieddate": _millis(created + timedelta(hours=4)),
                "hs_is_closed": closed,
                "hs_is_closed_won": won,
                "dealtype": "newbusiness",
                "hubspot_owner_id": "77001",
                SESSION_FIELD: f"hubspot-session-{index}",
            },
        }


def _millis(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
