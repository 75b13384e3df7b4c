"""Outcomes told by helpdesk, issue tracker and sales tools: control totals from core."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType
from typing import Any

import pytest
from sourcehelp import SEED, WINDOW, gaps, land, land_json, quarantined
from warehouse import query

from scripts.home import Home
from scripts.ingest import ingest
from scripts.sample.sources import hubspot, jira, salesforce, zendesk

ARRIVED = datetime(2026, 5, 12)
TOOLS = {"zendesk": zendesk, "jira": jira, "salesforce": salesforce, "hubspot": hubspot}
GROUPS = {
    "zendesk": str(zendesk.GROUP),
    "jira": jira.PROJECT,
    "salesforce": salesforce.RECORD_TYPE,
    "hubspot": hubspot.PIPELINE,
}
TICKET = {"created_at": "2026-05-04T00:00:00Z", "updated_at": "2026-05-04T01:00:00Z"}
ISSUE = {"created": "2026-05-04T00:00:00.000+0000", "updated": "2026-05-04T00:00:00.000+0000", "project": {"key": "X"}}
DEAL = {"createdAt": "2026-05-04T00:00:00Z", "updatedAt": "2026-05-04T00:00:00Z"}
# One record that must be held back, and one that is good, per stream.
PLANTED: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("zendesk", "tickets"): [
        {"id": 1, "status": "resolved", "subject": "secret text", **TICKET},
        {"id": 2, "status": "hold", "subject": "secret text", "requester_id": 12345, "external_id": "s-9", **TICKET},
    ],
    ("zendesk", "ticket_metrics"): [{"ticket_id": 1, "reopens": -1}, {"ticket_id": 2, "reopens": 0}],
    ("jira", "issues"): [
        {"id": "1", "key": "X-1", "fields": {**ISSUE, "status": {"statusCategory": {"key": "finished"}}}},
        {
            "id": "2",
            "key": "X-2",
            "fields": {**ISSUE, "summary": "secret text", "status": {"statusCategory": {"key": "new"}}},
        },
    ],
    ("hubspot", "deals"): [
        {"id": "1", **DEAL, "properties": {"amount": "a lot"}},
        {"id": "2", **DEAL, "properties": {"amount": "1", "dealname": "secret text", "pipeline": "x"}},
    ],
}
OPPORTUNITIES = (
    "Id,StageName,IsClosed,IsWon,CreatedDate,SystemModstamp,Name\n"
    "1,Won,false,true,2026-05-04T00:00:00Z,2026-05-04T00:00:00Z,secret text\n"
    "2,New,false,false,2026-05-04T00:00:00Z,2026-05-04T00:00:00Z,secret text\n"
)
HELD_BACK = {
    "zendesk": {
        "tickets": ("status", "status_is_known: the status is none of Zendesk"),
        "ticket_metrics": ("reopens", "counts_not_negative: a count is negative"),
    },
    "jira": {
        "issues": (
            "fields.status.status_category.key",
            "category_is_known: the status category is none of Jira",
        )
    },
    "salesforce": {"opportunities": ("is_won", "won_is_closed: won but not closed")},
    "hubspot": {"deals": ("properties.amount", "type: properties.amount is not a decimal(28,12)")},
}


def land_exports(home: Home) -> None:
    for module in TOOLS.values():
        land(home, module.files(WINDOW, SEED))
    for (source, stream), records in PLANTED.items():
        land_json(home, source, stream, records, {}, ARRIVED)
    path = home.root.parent / "opportunities.csv"
    path.write_text(OPPORTUNITIES, encoding="utf-8")
    ingest(home, "salesforce", "opportunities", [path], {}, ARRIVED)


@pytest.mark.parametrize(("source", "module"), TOOLS.items())
def test_outcomes_by_status(home: Home, source: str, module: ModuleType) -> None:
    truth = module.truth(WINDOW, SEED)
    rows = query(
        home.root,
        f"""select latest.status, count(*), sum(outcomes.value_usd) filter (where outcomes.is_success)
        from core.fct_outcomes as outcomes
        inner join intermediate.int_outcomes__latest as latest using (source, outcome_id)
        where source = '{source}' and latest.outcome_group = '{GROUPS[source]}' group by 1""",
    )
    assert {status: count for status, count, _ in rows} == truth["statuses"]
    if "value_usd" in truth:
        assert {status: value for status, _, value in rows}["succeeded"] == truth["value_usd"]


@pytest.mark.parametrize("source", TOOLS)
def test_outcomes_name_the_sessions_behind_them(home: Home, source: str) -> None:
    rows = query(
        home.root,
        f"""select count(*), count(distinct session_id), count(*) filter (where use_case is null)
        from core.fct_outcomes where source = '{source}' and session_id like '{source}-session-%'""",
    )
    total = sum(TOOLS[source].truth(WINDOW, SEED)["statuses"].values())
    assert rows == [(total, total, 0)]


def test_tickets_are_solved_when_their_metrics_say(home: Home) -> None:
    truth = zendesk.truth(WINDOW, SEED)
    [(solved_late, closest)] = query(
        home.root,
        """select count(*) filter (where cycle_time_hours > 3), max(cycle_time_hours)
        from core.fct_outcomes where source = 'zendesk' and is_success""",
    )
    assert (solved_late, closest < 3) == (0, True)
    [(reopens,)] = query(
        home.root,
        f"""select sum(reopen_count) from intermediate.int_outcomes__measured
        where source = 'zendesk' and outcome_group = '{zendesk.GROUP}'""",
    )
    assert reopens == truth["reopens"]
    [(good,)] = query(
        home.root, "select sum(csat_score) from core.fct_outcomes where source = 'zendesk' and csat_score is not null"
    )
    assert good == truth["good"]


def test_titles_and_people_stay_outside(home: Home) -> None:
    for path in sorted((home.root / "raw").rglob("*.parquet")):
        if path.relative_to(home.root / "raw").parts[0] in TOOLS:
            [(leaks,)] = query(
                home.root,
                f"select count(*) from read_parquet('{path}') as r"
                " where to_json(r)::varchar like '%secret%' or to_json(r)::varchar like '%12345%'",
            )
            assert leaks == 0, path.name


@pytest.mark.parametrize("source", HELD_BACK)
def test_bad_records_are_held_back(home: Home, source: str) -> None:
    assert quarantined(home, source) == HELD_BACK[source]


def test_conservation(home: Home) -> None:
    assert gaps(home) == []
