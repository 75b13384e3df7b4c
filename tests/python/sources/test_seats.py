"""GitHub Copilot, Cursor and Microsoft 365 Copilot: seats, usage, limits and the bill, control totals from core."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sourcehelp import SEED, WINDOW, gaps, land, land_json, quarantined, totals
from warehouse import query

from scripts.home import Home
from scripts.ingest import ingest
from scripts.sample.sources import copilot, seats

ARRIVED = datetime(2026, 5, 12)
EVENT = {"model": "m", "userEmail": "person@example.com"}
ITEM = {"date": "2026-05-04T00:00:00Z", "product": "copilot", "sku": "Copilot", "quantity": 1, "grossAmount": 2}
# One record that must be held back, and one that is good, per stream; the good ones have an account of their own.
PLANTED: dict[tuple[str, str], Any] = {
    ("github", "copilot_seats"): {
        "seats": [
            {"assignee": {"login": "early"}, "last_activity_at": "2019-01-01T00:00:00Z"},
            {"assignee": {"login": "person", "email": "secret@example.com"}},
        ]
    },
    ("github", "copilot_usage"): [
        {"day": "2026-05-04", "ai_credits_used": 3},
        {"day": "2026-05-04", "user_login": "person", "ai_credits_used": 3},
    ],
    ("github", "billing_usage"): {
        "usageItems": [{**ITEM, "netAmount": 1}, {**ITEM, "discountAmount": 1, "netAmount": 1}],
    },
    ("cursor", "usage_events"): {
        "usageEvents": [{**EVENT, "timestamp": "1793534403"}, {**EVENT, "timestamp": "1793534403000"}]
    },
    ("cursor", "spend"): {
        "subscriptionCycleStart": 1777852800000,
        "teamMemberSpend": [
            {"email": "a@example.com", "spendCents": -1},
            {"email": "planted@example.com", "spendCents": 0},
        ],
    },
    ("cursor", "members"): {"teamMembers": [{"role": "member"}, {"email": "person@example.com", "name": "secret"}]},
}
LICENCES = (
    "Report Refresh Date,User Principal Name,Display Name,Last Activity Date\n"
    "2026-05-04,a@example.com,secret,2026-05-09\n"
    "2026-05-04,b@example.com,secret,2026-05-01\n"
)
HELD_BACK = {
    "github": {
        "copilot_seats": ("last_activity_at", "active_after_copilot_began: last used before Copilot existed"),
        "copilot_usage": ("user_login", "required: user_login is missing"),
        "billing_usage": ("net_amount", "net_is_gross_less_discount: the net amount is not gross less discount"),
    },
    "cursor": {
        "usage_events": ("timestamp", "time_is_milliseconds: the time is not in milliseconds"),
        "spend": ("spend_cents", "spend_not_negative: spend is negative"),
        "members": ("email", "required: email is missing"),
    },
    "microsoft365": {
        "copilot_usage": ("last_activity_date", "activity_is_past: the last activity is after the report"),
    },
}


def land_exports(home: Home) -> None:
    for module in (copilot, seats):
        land(home, module.files(WINDOW, SEED))
    for (source, stream), document in PLANTED.items():
        documents = document if isinstance(document, list) else [document]
        land_json(home, source, stream, documents, {"account": "planted"}, ARRIVED)
    path = home.root.parent / "licences.csv"
    path.write_text(LICENCES, encoding="utf-8")
    ingest(home, "microsoft365", "copilot_usage", [path], {"account": "planted"}, ARRIVED)


def test_copilot_seats_and_idle_ones(home: Home) -> None:
    truth = copilot.truth(WINDOW, SEED)
    rows = query(
        home.root,
        f"""select count(*), count(*) filter (where last_activity_at is null), count(distinct user_id),
            count(*) filter (where ends_at is not null)
        from intermediate.int_seats__latest where billing_account_id = '{copilot.ACCOUNT}'""",
    )
    assert rows == [(truth["seats"], truth["never_used"], truth["seats"], 1)]


def test_copilot_credits_and_activity(home: Home) -> None:
    truth = copilot.truth(WINDOW, SEED)
    units = dict(
        query(
            home.root,
            f"""select unit, sum(quantity) from core.fct_ai_usage_units
            where billing_account_id = '{copilot.ACCOUNT}' group by 1""",
        )
    )
    assert units["ai_credits"] == truth["ai_credits"]
    assert units["interactions"] == truth["interactions"]
    assert units["cli_prompt_tokens"] == truth["interactions"] * 900
    assert query(
        home.root,
        f"""select count(*), sum(total_tokens), count(distinct user_id) from core.fct_ai_usage
        where billing_account_id = '{copilot.ACCOUNT}'""",
    ) == [(truth["person_days"], 0, copilot.PEOPLE - 1)]


def test_copilot_bill_by_meter(home: Home) -> None:
    truth = copilot.truth(WINDOW, SEED)
    where = f"billing_account_id = '{copilot.ACCOUNT}'"
    rows = query(
        home.root,
        f"""select meter, charge_category, sum(billed_cost_usd) from core.fct_ai_charges
        where {where} group by all order by all""",
    )
    assert [row[:2] for row in rows] == [("premium_requests", "usage"), ("seats", "purchase")]
    assert sum(row[2] for row in rows) == truth["billed"]
    assert query(home.root, f"select sum(list_cost) from core.fct_ai_charges where {where}") == [(truth["listed"],)]
    [(not_ai,)] = query(home.root, f"select sum(billed_cost) from ops.out_of_scope_charges where {where}")
    assert not_ai == truth["not_ai"]


def test_cursor_events(home: Home) -> None:
    truth = seats.truth(WINDOW, SEED)
    where = f"billing_account_id = '{seats.CURSOR_ACCOUNT}'"
    assert totals(home, "core.fct_ai_requests", list(truth["tokens"]), where) == truth["tokens"]
    [(events, charged)] = query(
        home.root,
        f"""select count(*), sum(cost_usd) from intermediate.int_requests__latest
        where billing_account_id = '{seats.CURSOR_ACCOUNT}'""",
    )
    assert (events, charged) == (truth["events"], truth["charged_usd"])


def test_cursor_members_and_their_limits(home: Home) -> None:
    truth = seats.truth(WINDOW, SEED)
    assert query(
        home.root,
        f"""select count(distinct seats.user_id), sum(budgets.spend_usd), min(budgets.max_budget_usd)
        from intermediate.int_seats__latest as seats
        inner join intermediate.int_budgets__latest as budgets on seats.user_id = budgets.scope_id
        where seats.billing_account_id = '{seats.CURSOR_ACCOUNT}'""",
    ) == [(truth["members"], truth["spend_usd"], 100)]


def test_licences_by_day_and_use(home: Home) -> None:
    truth = seats.truth(WINDOW, SEED)
    assert query(
        home.root,
        f"""select count(*), count(*) filter (where last_activity_at is null), max(seat_date)
        from intermediate.int_seats__latest where billing_account_id = '{seats.LICENCE_ACCOUNT}'""",
    ) == [(truth["licences"], truth["idle_licences"], WINDOW[-1])]


def test_people_are_hashed(home: Home) -> None:
    for source in HELD_BACK:
        for path in sorted((home.root / "raw" / source).rglob("*.parquet")):
            [(leaks,)] = query(
                home.root,
                f"select count(*) from read_parquet('{path}') as r where regexp_matches("
                "to_json(r)::varchar, 'example.com|secret|octo-|\"person\"')",
            )
            assert leaks == 0, path.name


@pytest.mark.parametrize("source", HELD_BACK)
def test_bad_records_are_held_back(home: Home, source: str) -> None:
    held_back = quarantined(home, source)
    assert {stream: held_back[stream] for stream in HELD_BACK[source]} == HELD_BACK[source]


def test_the_good_records_beside_them_came_through(home: Home) -> None:
    [(seat_count,)] = query(
        home.root, "select count(*) from intermediate.int_seats__latest where billing_account_id = 'planted'"
    )
    assert seat_count == 3
    assert query(
        home.root,
        """select sum(billed_cost) from core.fct_ai_charges
        where billing_account_id = 'planted' and provider = 'github_copilot'""",
    ) == [(Decimal(1),)]


def test_conservation(home: Home) -> None:
    assert gaps(home) == []
