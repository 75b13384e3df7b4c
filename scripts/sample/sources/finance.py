"""Finance's own lists: invoice lines, agreements and exchange rates."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.files import SampleFile
from scripts.sample.sources.cloud_bills import table

ACCOUNT = "acme-finance"
NET = Decimal("1250.40")
TAX = Decimal("237.576")
RATE = Decimal("1.0842")


def files(window: list[date], seed: int) -> list[SampleFile]:
    """A CSV of each list, sent the day after the window."""
    arrived = datetime.combine(window[-1] + timedelta(days=1), time(7))
    lists = {
        "invoices": _invoices(window),
        "credits": _credits(window),
        "commitments": _commitments(window),
        "seat_contracts": _seat_contracts(window),
        "fx_rates": _fx_rates(window),
    }
    return [
        SampleFile("finance", stream, f"{stream}.csv", arrived, table(rows), {"account": ACCOUNT})
        for stream, rows in lists.items()
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Invoiced net and tax, agreements by kind, seats, and rates."""
    return {
        "net": NET * 2 - 50,
        "tax": TAX * 2,
        "kinds": {"credit_grant": 1, "commitment": 1, "provisioned": 1, "seats": 1, "subscription": 1},
        "seats": 40,
        "rates": len(window),
    }


def _invoices(window: list[date]) -> list[dict[str, Any]]:
    """Two usage lines and a credit note in euro, to be paid in dollars at the invoice's own rate."""
    common = {
        "invoice_id": "INV-2026-05-001",
        "provider": "Mistral",
        "invoice_date": window[-1],
        "due_date": window[-1] + timedelta(days=30),
        "period_start_date": window[0],
        "period_end_date": window[-1],
        "currency": "EUR",
        "exchange_rate": RATE,
        "settlement_currency": "USD",
        "purchase_order": "PO-4411",
    }
    lines = [("usage", NET, TAX), ("usage", NET, TAX), ("credit", Decimal(-50), Decimal(0))]
    return [
        {**common, "line_number": number, "charge_category": category, "amount": net, "tax_amount": tax}
        for number, (category, net, tax) in enumerate(lines, start=1)
    ]


def _agreement(window: list[date], **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"starts_on": window[0], "ends_on": window[-1], "currency": "USD", **fields}


def _credits(window: list[date]) -> list[dict[str, Any]]:
    return [
        _agreement(window, contract_id="CR-1", provider="OpenAI", quantity=1, unit_price=5000, billing_interval="once")
    ]


def _commitments(window: list[date]) -> list[dict[str, Any]]:
    return [
        _agreement(window, contract_id="CO-1", provider="AWS", commitment_kind="spend", quantity="", amount=120000),
        _agreement(
            window, contract_id="CO-2", provider="Azure", commitment_kind="provisioned", quantity=50, amount=13000
        ),
    ]


def _seat_contracts(window: list[date]) -> list[dict[str, Any]]:
    seats = {"billing_interval": "month", "unit": "seats"}
    return [
        _agreement(
            window, contract_id="SE-1", provider="GitHub", product="Business", quantity=40, unit_price=19, **seats
        ),
        _agreement(window, contract_id="SE-2", provider="Cursor", product="Team", quantity="", unit_price=400, **seats),
    ]


def _fx_rates(window: list[date]) -> list[dict[str, Any]]:
    return [
        {
            "rate_date": day,
            "from_currency": "EUR",
            "to_currency": "USD",
            "rate": Decimal("1.08") + Decimal("0.0001") * index,
            "rate_source": "ECB reference rate",
        }
        for index, day in enumerate(window)
    ]
