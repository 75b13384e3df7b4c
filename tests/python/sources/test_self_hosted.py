"""Models on machines of one's own: counters with a restart and a repeated page, GPUs, allocation and machine costs."""

from __future__ import annotations

from datetime import datetime

import pytest
from sourcehelp import SEED, WINDOW, gaps, land, land_json, quarantined, totals
from warehouse import query

from scripts.home import Home
from scripts.ingest import ingest
from scripts.sample.sources import self_hosted
from scripts.sample.sources.self_hosted import CLUSTER

TRUTH = self_hosted.truth(WINDOW, SEED)
SERIES = {"metric": {"__name__": "planted", "pod": "p"}, "values": [[1777852800, "no number"], [1777852800, "1"]]}
WINDOW_OF_A_DAY = {"start": "2026-05-04T00:00:00Z", "end": "2026-05-05T00:00:00Z"}
WORKLOADS = {
    "bad": {"name": "bad", "window": WINDOW_OF_A_DAY, "gpuHours": -1, "totalCost": 1},
    "good": {"name": "good", "window": WINDOW_OF_A_DAY, "gpuHours": 1, "totalCost": 1},
}
NODES = (
    "date,cluster,node,gpu_count,hours,cost_kind,cost\n"
    "2026-05-04,planted,n1,8,25,hardware,1\n"
    "2026-05-04,planted,n2,8,24,rent,\n"
)
HELD_BACK = {
    "vllm": {"metrics": ("value", "value_is_a_number: the value is no number")},
    "dcgm": {"metrics": ("value", "value_is_a_number: the value is no number")},
    "opencost": {"allocation": ("gpu_hours", "hours_not_negative: hours are negative")},
    "gpu": {"node_hours": ("hours", "hours_within_day: more hours than the day has")},
}


def land_exports(home: Home) -> None:
    land(home, self_hosted.files(WINDOW, SEED))
    arrived = datetime(2026, 5, 12)
    for source in ("vllm", "dcgm"):
        page = {"status": "success", "data": {"resultType": "matrix", "result": [SERIES]}}
        land_json(home, source, "metrics", [page], {"account": "planted"}, arrived)
    land_json(home, "opencost", "allocation", [{"code": 200, "data": [WORKLOADS]}], {"account": "planted"}, arrived)
    path = home.root.parent / "nodes.csv"
    path.write_text(NODES, encoding="utf-8")
    ingest(home, "gpu", "node_hours", [path], {}, arrived)


def test_tokens_by_counters(home: Home) -> None:
    where = f"billing_account_id = '{CLUSTER}' and source = 'vllm'"
    assert totals(home, "core.fct_ai_usage", list(TRUTH["tokens"]), where) == TRUTH["tokens"]
    assert query(
        home.root,
        f"""select sum(request_count), min(provider), min(source_model), count(distinct usage_date)
        from core.fct_ai_usage where {where}""",
    ) == [(TRUTH["requests"], "self_hosted", self_hosted.MODEL, len(WINDOW))]


def test_samples_count_once_and_restarts_are_seen(home: Home) -> None:
    [(samples, missing)] = query(
        home.root,
        f"""select count(*), count(*) filter (where value is null) from intermediate.int_samples__latest
        where billing_account_id = '{CLUSTER}' and source = 'vllm'""",
    )
    assert (samples, missing) == (TRUTH["samples"], TRUTH["blanks"])
    assert query(
        home.root,
        f"""select count(*), min(increase) >= 0 from intermediate.int_samples__increases
        where billing_account_id = '{CLUSTER}' and is_after_reset""",
    ) == [(TRUTH["restarts"], True)]


def test_blank_marks_of_gpus_are_missing(home: Home) -> None:
    assert query(
        home.root,
        f"""select metric, count(value) > 0, bool_and(is_counter) from intermediate.int_samples__latest
        where billing_account_id = '{CLUSTER}' and source = 'dcgm' group by 1 order by 1""",
    ) == [
        ("DCGM_FI_DEV_FB_USED", False, False),
        ("DCGM_FI_DEV_GPU_UTIL", True, False),
        ("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", True, True),
    ]


def test_machines_cost_what_their_owner_says_and_allocation_adds_nothing(home: Home) -> None:
    where = f"billing_account_id = '{CLUSTER}'"
    assert query(
        home.root,
        f"""select sum(billed_cost_usd), sum(quantity) filter (where meter = 'gpu_hours')
        from core.fct_ai_charges where {where}""",
    ) == [(TRUTH["cost_usd"], TRUTH["gpu_hours"])]
    assert query(
        home.root, f"select sum(reported_cost_usd) from core.fct_ai_usage where {where} and source = 'opencost'"
    ) == [(TRUTH["allocated_usd"],)]
    assert query(home.root, f"select sum(effective_cost_usd) from marts.spend_daily where {where}") == [
        (TRUTH["cost_usd"],)
    ]


@pytest.mark.parametrize("source", HELD_BACK)
def test_bad_records_are_held_back(home: Home, source: str) -> None:
    assert quarantined(home, source) == HELD_BACK[source]


def test_conservation(home: Home) -> None:
    assert gaps(home) == []
