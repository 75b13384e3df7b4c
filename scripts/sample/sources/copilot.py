"""GitHub Copilot: seats, usage report per person and day, and the billing usage report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.draws import generator
from scripts.sample.files import SampleFile, json_lines
from scripts.sample.sources.gateways import arrival

ACCOUNT = "acme-copilot"
PEOPLE = 6
SEAT_PRICE = Decimal("19.00")
REQUEST_PRICE = Decimal("0.04")
PART = 900


def files(window: list[date], seed: int) -> list[SampleFile]:
    """Seats and a month's bill as the API returns them, and the usage report as JSON lines."""
    arrived = arrival(window)
    tags = {"account": ACCOUNT}
    seats = {"total_seats": PEOPLE, "seats": [_seat(number, window) for number in range(PEOPLE)]}
    bill = {"usageItems": list(_items(window, seed))}
    return [
        SampleFile("github", "copilot_seats", "seats.json", arrived, json.dumps(seats).encode(), tags),
        SampleFile("github", "copilot_usage", "users-1-day.jsonl", arrived, json_lines(_usage(window, seed)), tags),
        SampleFile("github", "billing_usage", "usage.json", arrived, json.dumps(bill).encode(), tags),
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Seats and idle ones, credits and prompts, what is billed for AI and what is not AI."""
    usage = list(_usage(window, seed))
    items = list(_items(window, seed))
    copilot = [item for item in items if item["product"] == "copilot"]
    return {
        "seats": PEOPLE,
        "never_used": 1,
        "person_days": len(usage),
        "ai_credits": sum(Decimal(str(row["ai_credits_used"])) for row in usage),
        "interactions": sum(row["user_initiated_interaction_count"] for row in usage),
        "billed": sum((Decimal(str(item["netAmount"])) for item in copilot), Decimal(0)),
        "listed": sum((Decimal(str(item["grossAmount"])) for item in copilot), Decimal(0)),
        "not_ai": sum((Decimal(str(item["netAmount"])) for item in items if item["product"] != "copilot"), Decimal(0)),
    }


def _login(number: int) -> str:
    return f"octo-{number}"


def _seat(number: int, window: list[date]) -> dict[str, Any]:
    """The last person never used the seat; the one before it is to lose it."""
    used = f"{window[-1]}T1{number}:00:00Z" if number < PEOPLE - 1 else None
    return {
        "assignee": {"login": _login(number), "id": 1000 + number, "type": "User"},
        "assigning_team": {"name": "Platform", "slug": "platform"},
        "created_at": "2026-01-12T08:00:00Z",
        "updated_at": "2026-04-01T08:00:00Z",
        "last_activity_at": used,
        "last_activity_editor": "vscode/1.99.0" if used else None,
        "pending_cancellation_date": str(window[-1] + timedelta(days=20)) if number == PEOPLE - 2 else None,
        "plan_type": "business",
    }


def _usage(window: list[date], seed: int) -> Iterator[dict[str, Any]]:
    rng = generator(seed, PART)
    for day in window:
        for number in range(PEOPLE - 1):
            prompts = int(rng.integers(5, 40))
            tokens = {"prompt_tokens_sum": prompts * 900, "output_tokens_sum": prompts * 60}
            yield {
                "day": str(day),
                "organization_id": "4711",
                "user_id": 1000 + number,
                "user_login": _login(number),
                "ai_credits_used": prompts * 1.5,
                "user_initiated_interaction_count": prompts,
                "code_generation_activity_count": prompts * 3,
                "code_acceptance_activity_count": prompts,
                "loc_suggested_to_add_sum": prompts * 40,
                "loc_added_sum": prompts * 12,
                "totals_by_cli": {"token_usage": tokens},
                "totals_by_feature": [{"feature": "agent", "user_initiated_interaction_count": prompts}],
            }


def _items(window: list[date], seed: int) -> Iterator[dict[str, Any]]:
    """Per day: seats by the day, premium requests of which the plan includes a part, and minutes of Actions."""
    rng = generator(seed, PART + 1)
    for day in window:
        quantity = (Decimal(PEOPLE) / 31).quantize(Decimal("0.000000001"))
        yield _item(day, "copilot", "Copilot Business", "user-months", quantity, SEAT_PRICE, Decimal(0))
        requests = Decimal(int(rng.integers(50, 90)))
        included = REQUEST_PRICE * 30
        yield _item(day, "copilot", "Copilot Premium Request", "requests", requests, REQUEST_PRICE, included)
        yield _item(day, "actions", "Actions Linux", "minutes", Decimal(100), Decimal("0.008"), Decimal(0))


def _item(
    day: date, product: str, sku: str, unit: str, quantity: Decimal, price: Decimal, discount: Decimal
) -> dict[str, Any]:
    gross = quantity * price
    return {
        "date": f"{day}T00:00:00Z",
        "product": product,
        "sku": sku,
        "quantity": float(quantity),
        "unitType": unit,
        "pricePerUnit": float(price),
        "grossAmount": float(gross),
        "discountAmount": float(discount),
        "netAmount": float(gross - discount),
        "organizationName": "acme",
        "repositoryName": "",
    }
