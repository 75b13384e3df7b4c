"""Langfuse: the sample's control totals, and thirteen real trace exports against their leaf totals."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import pytest
from sourcehelp import SEED, WINDOW, gaps, land, land_json, quarantined, totals
from warehouse import SHARED, query

from scripts.home import Home
from scripts.sample.sources import langfuse

DATA = SHARED / "data" / "langfuse_traces"
ARRIVED = datetime(2026, 5, 12)
MINE = f"source = 'langfuse' and billing_account_id = '{langfuse.ACCOUNT}'"
BAD = {
    "observations": {
        "id": "o1",
        "type": "GENERATION",
        "trace_id": "t1",
        "start_time": "2026-05-04T00:00:00Z",
        "usage_details": {"input": -5},
    },
    "traces": {"id": " ", "timestamp": "2026-05-04T00:00:00Z"},
    "scores": {
        "id": "s1",
        "name": "resolved",
        "timestamp": "2026-05-04T00:00:00Z",
        "trace_id": "t1",
        "data_type": "BOOLEAN",
        "value": 7,
    },
}


GOOD = {
    "observations": {"id": "o2", "type": "SPAN", "trace_id": "t2", "start_time": "2026-05-04T00:00:00Z"},
    "traces": {"id": "t2", "timestamp": "2026-05-04T00:00:00Z"},
    "scores": {"id": "s2", "name": "resolved", "timestamp": "2026-05-04T00:00:00Z", "session_id": "x", "value": 1},
}


def land_exports(home: Home) -> None:
    land(home, langfuse.files(WINDOW, SEED))
    for stream, record in BAD.items():
        land_json(home, "langfuse", stream, [record, {**GOOD[stream]}], {"account": "acme-other"}, ARRIVED)
    for path in sorted(DATA.glob("*-*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        tags = {"account": path.name}
        land_json(home, "langfuse", "observations", [document], tags, ARRIVED)
        land_json(home, "langfuse", "traces", [document["trace"]], tags, ARRIVED)


def test_calls_count_once_and_agents_not_at_all(home: Home) -> None:
    truth = langfuse.truth(WINDOW, SEED)
    found = totals(home, "core.fct_ai_requests", list(truth["tokens"]), MINE)
    assert found == truth["tokens"]
    [row] = query(home.root, f"select count(*), sum(source_cost_usd) from core.fct_ai_requests where {MINE}")
    assert row == (truth["requests"], truth["cost_usd"])
    failures = query(home.root, f"select count(*) from core.fct_ai_requests where {MINE} and status = 'failure'")
    assert failures == [(len(WINDOW),)]


def test_traces_lend_session_user_and_tags(home: Home) -> None:
    [row] = query(
        home.root,
        f"""select count(distinct session_id), count(*) filter (where user_id like 'p\\_%' escape '\\'),
            count(*) filter (where tags like '%"team":"support"%'), count(*) filter (where feature = 'support-bot'),
            count(*) from core.fct_ai_requests where {MINE}""",
    )
    truth = langfuse.truth(WINDOW, SEED)
    assert row == (truth["traces"], *[truth["requests"]] * 4)


def test_scores_without_texts(home: Home) -> None:
    truth = langfuse.truth(WINDOW, SEED)
    rows = query(
        home.root,
        """select count(*), sum(score_value), min(score_origin) from intermediate.int_scores__latest
        where source = 'langfuse' and trace_id is not null""",
    )
    assert rows == [(truth["scores"], Decimal(truth["resolved"]), "api")]


def test_bad_records_are_held_back_and_nothing_is_lost(home: Home) -> None:
    assert quarantined(home, "langfuse") == {
        "observations": ("usage_details", "usage_not_negative: a quantity is negative"),
        "scores": ("value", "truth_is_0_or_1: a BOOLEAN score is neither 0 nor 1"),
        "traces": ("id", "id_not_blank: the id is blank"),
    }
    assert gaps(home) == []


@pytest.mark.skipif(not DATA.exists(), reason=f"real data not at hand: {DATA.name}")
def test_real_traces_count_their_leaves(home: Home) -> None:
    expected = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
    found = dict.fromkeys(expected, (0, Decimal(0)))
    rows = query(
        home.root,
        """select billing_account_id, sum(total_tokens), coalesce(sum(source_cost_usd), 0) from core.fct_ai_requests
        where billing_account_id like '%.json' group by 1""",
    )
    found.update({name: (int(tokens), cost) for name, tokens, cost in rows})
    assert found == {
        name: (part["leaf_total_tokens"], Decimal(part["leaf_cost_usd"])) for name, part in expected.items()
    }
    assert found["agno-2025-06-11.json"] == (1071, Decimal("0.000270899999"))


@pytest.mark.skipif(not DATA.exists(), reason=f"real data not at hand: {DATA.name}")
def test_no_text_of_a_trace_passes_the_gate(home: Home) -> None:
    extras = query(
        home.root, "select count(*) from staging.stg_langfuse__observations where _extra like '%attributes%'"
    )
    assert extras == [(0,)]
