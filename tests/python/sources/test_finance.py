"""Finance's lists: invoices, agreements and exchange rates, against what was sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sourcehelp import SEED, WINDOW, land, quarantined
from warehouse import query

from scripts.home import Home
from scripts.ingest import ingest
from scripts.sample.sources import finance

ARRIVED = datetime(2026, 5, 12)
# One line that must be held back, and one that is good, per list.
PLANTED = {
    "invoices": (
        "invoice_id,line_number,provider,invoice_date,period_start_date,period_end_date,amount,currency,exchange_rate\n"
        "P-1,1,Acme,2026-05-04,2026-05-01,2026-05-31,5,EUR,1.1\nP-1,2,Acme,2026-05-04,2026-05-01,2026-05-31,5,EUR,\n"
    ),
    "credits": (
        "contract_id,provider,starts_on,ends_on,currency\nP-2,Acme,2026-05-04,2026-05-03,USD\n"
        "P-3,Acme,2026-05-04,2026-05-04,USD\n"
    ),
    "commitments": (
        "contract_id,provider,starts_on,currency,commitment_kind\nP-4,Acme,2026-05-04,USD,hope\n"
        "P-5,Acme,2026-05-04,USD,usage\n"
    ),
    "seat_contracts": (
        "contract_id,provider,starts_on,currency,quantity\nP-6,Acme,2026-05-04,USD,1.5\nP-7,Acme,2026-05-04,USD,2\n"
    ),
    "fx_rates": (
        "rate_date,from_currency,to_currency,rate,rate_source\n2026-05-04,GBP,USD,0,nobody\n2026-05-04,GBP,USD,1.3,desk\n"
    ),
}


def land_exports(home: Home) -> None:
    land(home, finance.files(WINDOW, SEED))
    for stream, text in PLANTED.items():
        path = home.root.parent / f"planted_{stream}.csv"
        path.write_text(text, encoding="utf-8")
        ingest(home, "finance", stream, [path], {}, ARRIVED)


def test_invoices(home: Home) -> None:
    truth = finance.truth(WINDOW, SEED)
    rows = query(
        home.root,
        f"""select sum(amount), sum(tax_amount), min(provider), min(period_start_date), max(period_end_date),
            min(exchange_rate), min(settlement_currency)
        from intermediate.int_invoices__latest where billing_account_id = '{finance.ACCOUNT}'""",
    )
    after = WINDOW[-1] + timedelta(days=1)
    assert rows == [(truth["net"], truth["tax"], "mistral", WINDOW[0], after, finance.RATE, "USD")]


def test_invoices_are_no_charges(home: Home) -> None:
    assert query(home.root, "select count(*) from core.fct_ai_charges where source = 'finance'") == [(0,)]


def test_agreements(home: Home) -> None:
    truth = finance.truth(WINDOW, SEED)
    mine = f"from intermediate.int_contracts__latest where billing_account_id = '{finance.ACCOUNT}'"
    kinds = query(home.root, f"select contract_kind, count(*) {mine} group by 1")
    assert dict(kinds) == truth["kinds"]
    assert query(home.root, f"select sum(quantity) {mine} and contract_kind = 'seats'") == [(truth["seats"],)]
    assert query(home.root, f"select amount {mine} and contract_kind = 'credit_grant'") == [(5000,)]


def test_rates(home: Home) -> None:
    rows = query(
        home.root,
        "select count(*), min(rate_source) from intermediate.int_fx_rates__latest where from_currency = 'EUR'",
    )
    assert rows == [(finance.truth(WINDOW, SEED)["rates"], "ECB reference rate")]


def test_bad_lines_are_held_back(home: Home) -> None:
    assert quarantined(home, "finance") == {
        "invoices": ("settlement_currency", "rate_has_a_currency: an exchange rate without the currency it leads to"),
        "credits": ("ends_on", "ends_after_start: it ends before it starts"),
        "commitments": ("commitment_kind", "kind_is_known: the kind is none of spend, usage, provisioned"),
        "seat_contracts": ("quantity", "seats_are_whole: the number of seats is not whole"),
        "fx_rates": ("rate", "rate_is_positive: the rate is not above 0"),
    }
