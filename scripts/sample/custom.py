"""Streams without a named source: self-reported usage, charges from invoices, metrics."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time

import numpy as np
import pandas as pd

from scripts.sample import company
from scripts.sample.draws import even, generator, lognormal, uuids
from scripts.sample.files import SampleFile, iso, json_lines, month_spans

CONTRACTS_PER_WEEKDAY = 20
REQUESTS_PER_CONTRACT = 3
_DAY_MS = 86_400_000

_MONTHLY_CHARGES = (
    # id, account, provider, billed cost, category, quantity, unit, description
    (
        "gateway-fee",
        "acme-gateway-platform",
        "gateway_vendor",
        "480.00",
        "purchase",
        "1",
        "months",
        "Gateway licence",
    ),
    (
        "gateway-support",
        "acme-gateway-support",
        "gateway_vendor",
        "240.00",
        "purchase",
        "1",
        "months",
        "Support contract",
    ),
    (
        "gateway-tax",
        "acme-gateway-platform",
        "gateway_vendor",
        "136.80",
        "tax",
        "",
        "",
        "Value added tax 19 percent",
    ),
    ("code-seats", "acme-github", "github_copilot", "228.00", "purchase", "12", "seats", "Editor seats"),
)


def custom_requests(seed: int, days: int, scale: float) -> pd.DataFrame:
    """Self-reported calls of the risk team, one row per request; its provider sends no bill."""
    rng = generator(seed, 600)
    window = company.window(days)
    weekday = np.array([0.5 if day.weekday() >= 5 else 1.0 for day in window])
    expected = CONTRACTS_PER_WEEKDAY * min(scale, 1.0) * weekday * np.exp(rng.normal(0, 0.03, days))
    sessions = np.maximum(np.rint(expected), 1).astype(int)
    session_day = np.repeat(np.arange(days), sessions)
    session = np.repeat(np.arange(session_day.size), REQUESTS_PER_CONTRACT)
    day = session_day[session]
    epoch = (window[0] - date(1970, 1, 1)).days
    start = rng.integers(7 * 3_600_000, 17 * 3_600_000, session_day.size)[session]
    step = np.tile(np.arange(REQUESTS_PER_CONTRACT), session_day.size) * 90_000
    return pd.DataFrame(
        {
            "day": day,
            "request_id": [f"risk-{text}" for text in uuids(rng, session.size)],
            "session_id": [f"CT-{20_001 + number}" for number in session],
            "started_ms": (day + epoch) * _DAY_MS + start + step,
            "input_uncached_tokens": lognormal(even(rng, day), 40_000.0, 0.3).astype(np.int64),
            "output_tokens": lognormal(even(rng, day), 2_500.0, 0.3).astype(np.int64),
            "latency_ms": rng.integers(4_000, 15_000, session.size),
        }
    )


def usage_files(requests: pd.DataFrame, days: int) -> list[SampleFile]:
    """Monthly exports of the custom usage stream."""
    window = company.window(days)
    files = []
    for begin, end in month_spans(window):
        low, high = (begin - window[0]).days, (end - window[0]).days
        inside = requests[(requests["day"] >= low) & (requests["day"] < high)]
        records = [
            {
                "request_id": row.request_id,
                "started_at": iso(row.started_ms),
                "provider": "mistral",
                "model": company.CUSTOM_MODEL,
                "source_system": "risk-client",
                "billing_account_id": "acme-mistral",
                "session_id": row.session_id,
                "input_uncached_tokens": row.input_uncached_tokens,
                "output_tokens": row.output_tokens,
                "status": "success",
                "latency_ms": row.latency_ms,
                "activity": "inference",
                "team": "risk",
                "use_case": "contract_review",
                "product": "compliance_desk",
                "environment": "prod",
                "x_contract_type": "supplier",
            }
            for row in inside.itertuples(index=False)
        ]
        arrived = min(datetime.combine(end, time(3, 30)), company.AS_OF)
        files.append(SampleFile("custom", "usage", f"risk_usage_{begin:%Y-%m}.jsonl", arrived, json_lines(records)))
    return files


def charge_records(days: int) -> list[dict[str, str]]:
    """Invoice lines of the window: fees, tax and seats of each full month, and one credit."""
    records = []
    for day in company.window(days):
        if day.day != 1 or day == company.LAST_DAY:
            continue
        for name, account, provider, cost, category, quantity, unit, text in _MONTHLY_CHARGES:
            records.append(_charge(f"{name}-{day:%Y-%m}", day, account, provider, cost, category, quantity, unit, text))
        if (day.year, day.month) == (2026, 5):
            arguments = (
                "acme-gateway-platform",
                "gateway_vendor",
                "-60.00",
                "credit",
                "",
                "",
                "Service credit",
            )
            records.append(_charge("gateway-credit-2026-05", day, *arguments))
    return records


def _charge(
    charge_id: str,
    day: date,
    account: str,
    provider: str,
    cost: str,
    category: str,
    quantity: str,
    unit: str,
    text: str,
) -> dict[str, str]:
    return {
        "charge_id": charge_id,
        "charge_date": day.isoformat(),
        "provider": provider,
        "billed_cost": cost,
        "currency": "USD",
        "billing_account_id": account,
        "quantity": quantity,
        "unit": unit,
        "charge_category": category,
        "invoice_id": f"{account}-{day:%Y%m}",
        "billing_period_start": day.isoformat(),
        "description": text,
    }


def charge_file(days: int) -> list[SampleFile]:
    """The invoice lines as one CSV file; none where the window holds no first of a month."""
    records = charge_records(days)
    if not records:
        return []
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    arrived = datetime(2026, 6, 10, 9, 0)
    return [SampleFile("custom", "charges", "vendor_invoices.csv", arrived, text.getvalue().encode())]


def kpi_file(seed: int, days: int) -> SampleFile:
    """Monthly business metrics beside the cost: handle time, win rate, review time."""
    rng = generator(seed, 601)
    lines = ["use_case,kpi,period_start,period_end,value,unit"]
    metrics = (
        ("support_assistant", "handle_time", 9.5, "minutes"),
        ("code_assistant", "lead_time", 26.0, "hours"),
        ("document_summaries", "decision_time", 2.4, "days"),
        ("sales_proposals", "win_rate", 0.24, "ratio"),
    )
    for begin, end in month_spans(company.window(days)):
        for use_case, kpi, level, unit in metrics:
            value = level * (1 + rng.normal(0, 0.03))
            lines.append(f"{use_case},{kpi},{begin.replace(day=1).isoformat()},{end.isoformat()},{value:.4f},{unit}")
    return SampleFile("custom", "kpi_values", "business_metrics.csv", company.AS_OF, ("\n".join(lines) + "\n").encode())
