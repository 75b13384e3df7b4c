"""Snowflake and Databricks: queries, serving requests and the billing table, control totals from core."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sourcehelp import SEED, WINDOW, gaps, land, land_json, quarantined, totals
from warehouse import query

from scripts.home import Home
from scripts.sample.sources import platforms

TRUTH = platforms.truth(WINDOW, SEED)
ACCOUNTS = {"snowflake": platforms.SNOWFLAKE_ACCOUNT, "databricks": platforms.DATABRICKS_ACCOUNT}
QUERY = {"START_TIME": "2026-05-04T10:00:00Z", "FUNCTION_NAME": "AI_CLASSIFY"}
REQUEST = {"request_time": "2026-05-04T10:00:00Z", "served_entity_id": "e"}
USAGE = {
    "sku_name": "S",
    "usage_start_time": "2026-05-04T10:00:00Z",
    "usage_end_time": "2026-05-04T11:00:00Z",
    "usage_unit": "DBU",
    "usage_quantity": "1",
    "billing_origin_product": "MODEL_SERVING",
}
PLANTED: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("snowflake", "cortex_usage"): [
        {**QUERY, "QUERY_ID": "bad", "CREDITS": -1},
        {**QUERY, "QUERY_ID": "good", "CREDITS": 1, "USER_ID": "person@example.com"},
    ],
    ("databricks", "serving_usage"): [
        {**REQUEST, "databricks_request_id": "bad", "status_code": 0},
        {**REQUEST, "databricks_request_id": "good", "status_code": 200, "requester": "person@example.com"},
    ],
    ("databricks", "billing_usage"): [
        {**USAGE, "record_id": "bad"},
        {**USAGE, "record_id": "good", "list_price": "2", "identity_metadata": {"run_as": "person@example.com"}},
    ],
}
HELD_BACK = {
    "snowflake": {"cortex_usage": ("credits", "credits_not_negative: credits are negative")},
    "databricks": {
        "serving_usage": ("status_code", "status_is_http: the status is no HTTP status"),
        "billing_usage": ("list_price", "required: list_price is missing"),
    },
}


def land_exports(home: Home) -> None:
    land(home, platforms.files(WINDOW, SEED))
    for (source, stream), records in PLANTED.items():
        land_json(home, source, stream, records, {"account": f"planted-{source}"}, datetime(2026, 5, 12))


@pytest.mark.parametrize("source", ACCOUNTS)
def test_requests_and_tokens(home: Home, source: str) -> None:
    truth = TRUTH[source]
    where = f"billing_account_id = '{ACCOUNTS[source]}'"
    meters = ["input_uncached_tokens", "output_tokens"]
    assert totals(home, "core.fct_ai_requests", meters, where) == {meter: truth[meter] for meter in meters}
    [(requests, failures)] = query(
        home.root,
        f"select count(*), count(*) filter (where status = 'failure') from core.fct_ai_requests where {where}",
    )
    assert (requests, failures) == (truth["requests"], truth.get("failures", 0))


def test_snowflake_credits_are_units(home: Home) -> None:
    assert query(
        home.root,
        f"""select unit, sum(quantity) from core.fct_ai_request_units
        where billing_account_id = '{platforms.SNOWFLAKE_ACCOUNT}' group by 1""",
    ) == [("snowflake_credits", TRUTH["snowflake"]["credits"])]


def test_databricks_bill_with_its_corrections(home: Home) -> None:
    truth = TRUTH["databricks"]
    where = f"billing_account_id = '{platforms.DATABRICKS_ACCOUNT}'"
    assert query(
        home.root,
        f"""select count(*), sum(billed_cost_usd), count(*) filter (where charge_class = 'correction'), min(meter)
        from core.fct_ai_charges where {where}""",
    ) == [(truth["records"], truth["cost_usd"], 2, "token_dbu")]
    [(not_ai,)] = query(home.root, f"select sum(billed_cost) from ops.out_of_scope_charges where {where}")
    assert not_ai == truth["not_ai_usd"]


@pytest.mark.parametrize("source", HELD_BACK)
def test_bad_records_are_held_back_and_people_hashed(home: Home, source: str) -> None:
    assert quarantined(home, source) == HELD_BACK[source]
    for path in sorted((home.root / "raw" / source).rglob("*.parquet")):
        [(leaks,)] = query(
            home.root,
            f"select count(*) from read_parquet('{path}') as r where to_json(r)::varchar like '%example.com%'",
        )
        assert leaks == 0, path.name


def test_conservation(home: Home) -> None:
    assert gaps(home) == []
