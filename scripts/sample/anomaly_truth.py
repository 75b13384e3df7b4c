"""The planted anomalies in the words of mart spend_anomalies, to tell found from unplanted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from scripts.sample import company

MEMORY_DAYS = 60
"""Days after a lasting change during which a detector may still call the new level unusual."""


def planted_anomalies(window: list[date]) -> list[dict[str, Any]]:
    """One entry per planted change.

    `start_date` and `end_date` (half-open) bound the change; up to `echo_end_date` a detector may go on to
    report it. `series` must show it, `related` may. A reported anomaly is planted where its date lies
    between start and echo end and its series is listed, or is a total.
    """
    entries = [
        _entry(
            "cost_spike",
            company.SPIKE_DAY,
            company.SPIKE_DAY,
            "spike",
            ["cost", "tokens"],
            {"use_case": "support_assistant", "team": "support"},
            {
                "provider": ["openai", "anthropic"],
                "model": [company.GPT, company.HAIKU],
                "environment": ["prod"],
                "product": ["helpdesk"],
                "cost_center": ["CC-4100"],
                "project": ["proj_support", "wrkspc_support"],
            },
        ),
        _entry(
            "quiet_drop",
            company.DROP_DAYS[0],
            company.DROP_DAYS[-1],
            "drop",
            ["cost", "tokens", "requests"],
            {"use_case": "document_summaries", "team": "knowledge"},
            {
                "provider": ["anthropic", "openai"],
                "model": [company.SONNET, company.GPT],
                "environment": ["prod"],
                "product": ["document_hub"],
                "cost_center": ["CC-4300"],
                "project": ["wrkspc_knowledge", "proj_knowledge"],
            },
        ),
        _entry(
            "runaway_session",
            company.RUNAWAY_DAY,
            company.RUNAWAY_DAY,
            "spike",
            ["cost", "tokens", "requests"],
            {"use_case": "document_summaries", "team": "knowledge"},
            {
                "provider": ["anthropic"],
                "model": [company.SONNET],
                "environment": ["dev"],
                "product": ["document_hub"],
                "cost_center": ["CC-4300"],
                "project": ["wrkspc_knowledge"],
            },
        ),
        _entry(
            "padding",
            company.PADDING_FROM,
            company.LAST_DAY,
            "shift",
            ["cost", "tokens"],
            {"use_case": "sales_proposals", "team": "sales"},
            {
                "provider": ["openai"],
                "model": [company.GPT],
                "environment": ["prod"],
                "product": ["sales_desk"],
                "cost_center": ["CC-6100"],
                "project": ["proj_sales"],
            },
        ),
        _entry(
            "new_spender",
            company.NEW_TEAM_FROM,
            company.NEW_TEAM_FROM,
            "new",
            ["cost", "tokens", "requests"],
            {"use_case": "campaign_copy", "team": "marketing"},
            {
                "provider": ["openai"],
                "model": [company.GPT],
                "environment": ["prod"],
                "product": ["website"],
                "cost_center": ["CC-6300"],
                "project": ["proj_marketing"],
            },
            lasting=True,
        ),
        _entry(
            "price_change",
            company.CONTRACT_FROM,
            company.CONTRACT_FROM,
            "shift",
            ["unit_cost", "cost"],
            {"provider": "anthropic"},
            {
                "model": [company.SONNET, company.HAIKU, company.OPUS],
                "team": ["engineering", "knowledge"],
                "use_case": ["code_assistant", "document_summaries"],
                "product": ["dev_portal", "document_hub"],
                "cost_center": ["CC-5200", "CC-4300"],
                "environment": ["prod", "dev"],
            },
            lasting=True,
        ),
    ]
    return [entry for entry in entries if date.fromisoformat(entry["start_date"]) in window]


def known_events() -> list[dict[str, Any]]:
    """Planned events of seed known_events of the sample; without the seed they would be anomalies."""
    return [
        {
            "event_id": "load-test-2026-06",
            "date": company.LOAD_TEST_DAY.isoformat(),
            "use_case": "document_summaries",
            "factor": company.LOAD_TEST_FACTOR,
        }
    ]


def _entry(
    name: str,
    start: date,
    last: date,
    direction: str,
    metrics: list[str],
    series: dict[str, str],
    related: dict[str, list[str]],
    *,
    lasting: bool = False,
) -> dict[str, Any]:
    end = last + timedelta(days=1)
    providers = related.get("provider") or [series["provider"]]
    related = {**related, "billing_account_id": [f"acme-{provider}" for provider in providers]}
    return {
        "name": name,
        "start_date": start.isoformat(),
        "end_date": end.isoformat(),
        "echo_end_date": (end + timedelta(days=MEMORY_DAYS if lasting else 0)).isoformat(),
        "direction": direction,
        "metrics": metrics,
        "series": [{"series_kind": kind, "series_key": key} for kind, key in series.items()],
        "related": [{"series_kind": kind, "series_key": key} for kind, keys in related.items() for key in keys],
    }
