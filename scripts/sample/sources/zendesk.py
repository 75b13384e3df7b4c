"""Zendesk: pages of the incremental ticket export and of ticket metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from scripts.sample.draws import generator
from scripts.sample.files import SampleFile
from scripts.sample.sources.gateways import arrival, zulu

GROUP = 360001
SESSION_FIELD = 4410001
TICKETS_PER_DAY = 6
PART = 820


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One page of each export, pulled the day after the window."""
    tickets = list(_tickets(window, seed))
    arrived = arrival(window)
    cursor = {"after_cursor": "MTU3", "after_url": None, "end_of_stream": True}
    pages = (
        ("tickets", {"tickets": tickets, **cursor}),
        ("ticket_metrics", {"ticket_metrics": [_metrics(ticket) for ticket in tickets], "meta": {"has_more": False}}),
    )
    return [
        SampleFile(
            "zendesk",
            stream,
            f"{stream}.json",
            arrived,
            json.dumps(page).encode(),
            {"session_id_field": str(SESSION_FIELD), "use_case": "it_helpdesk"},
        )
        for stream, page in pages
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Tickets by status as they count, reopened ones, and satisfied requesters."""
    tickets = list(_tickets(window, seed))
    merged = sum("closed_by_merge" in ticket["tags"] for ticket in tickets)
    solved = sum(ticket["status"] in ("solved", "closed") for ticket in tickets)
    return {
        "statuses": {"succeeded": solved - merged, "failed": merged, "open": len(tickets) - solved},
        "reopens": sum(_metrics(ticket)["reopens"] for ticket in tickets),
        "good": sum((ticket["satisfaction_rating"] or {}).get("score") == "good" for ticket in tickets),
        "sessions": len(tickets),
    }


def _tickets(window: list[date], seed: int) -> Iterator[dict[str, Any]]:
    """Most are solved within the day and closed four days later; each sixth is merged, each fifth waits."""
    rng = generator(seed, PART)
    for index, day in enumerate(window):
        for number in range(TICKETS_PER_DAY):
            ticket = 70_000 + index * TICKETS_PER_DAY + number
            created = datetime.combine(day, time(8 + number)) + timedelta(seconds=int(rng.integers(0, 3000)))
            solved = ticket % 5 != 0
            updated = created + (timedelta(days=4) if solved else timedelta(minutes=20))
            yield {
                "id": ticket,
                "url": f"https://acme.zendesk.example/api/v2/tickets/{ticket}.json",
                "external_id": None,
                "created_at": zulu(created),
                "updated_at": zulu(updated),
                "generated_timestamp": int(updated.timestamp()),
                "type": "question",
                "priority": "normal",
                "status": "closed" if solved else "pending",
                "requester_id": 900_000 + ticket,
                "assignee_id": 800_001,
                "organization_id": 500_000 + ticket % 7,
                "group_id": GROUP,
                "brand_id": 360,
                "tags": ["closed_by_merge"] if solved and ticket % 6 == 0 else ["assistant"],
                "custom_fields": [
                    {"id": SESSION_FIELD, "value": f"zendesk-session-{ticket}"},
                    {"id": 4410002, "value": None},
                ],
                "satisfaction_rating": {"score": "good" if solved and ticket % 2 else "offered"},
                "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
            }


def _metrics(ticket: dict[str, Any]) -> dict[str, Any]:
    solved = ticket["status"] == "closed"
    minutes = 30 + ticket["id"] % 90
    created = datetime.fromisoformat(ticket["created_at"])
    return {
        "id": ticket["id"] + 1_000_000,
        "ticket_id": ticket["id"],
        "created_at": ticket["created_at"],
        "updated_at": ticket["updated_at"],
        "solved_at": (created + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ") if solved else None,
        "reopens": 1 if ticket["id"] % 9 == 0 else 0,
        "replies": 2,
        "group_stations": 1,
        "assignee_stations": 1,
        "reply_time_in_minutes": {"calendar": 4, "business": 4},
        "first_resolution_time_in_minutes": {"calendar": minutes, "business": minutes} if solved else None,
        "full_resolution_time_in_minutes": {"calendar": minutes, "business": minutes} if solved else None,
    }
