"""OpenAI's smaller usage reports and Anthropic's analytics: control totals, and overlaps that count once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from exports import unix
from sourcehelp import SEED, WINDOW, gaps, land, land_json, quarantined, totals
from warehouse import query

from scripts.home import Home
from scripts.sample.sources import anthropic, openai

DAY = date(2026, 5, 4)
ARRIVED = datetime(2026, 5, 12)
SPAN = {"starting_at": "2026-05-04T00:00:00Z", "ending_at": "2026-05-05T00:00:00Z"}
TAGS = {"account": "acme-planted"}
ALONE = {"account": "acme-usage-alone"}


def openai_page(column: str, values: list[Any], **further: Any) -> dict:
    bucket = {"start_time": unix(DAY), "end_time": unix(DAY + timedelta(days=1))}
    return {"data": [{**bucket, "results": [{column: value, "project_id": "p", **further} for value in values]}]}


def analytics(kind: str, measure: dict, **group: str) -> dict:
    return {**SPAN, "group": {"model": "claude-opus-4-6", **group}, kind: measure}


def land_exports(home: Home) -> None:
    land(home, [*openai.files(WINDOW, SEED), *anthropic.files(WINDOW, SEED)])
    for stream, (_, (column, *_), _, _) in openai.REPORTS.items():
        land_json(home, "openai", stream, [openai_page(column, [-1, 1])], TAGS, ARRIVED)
    person = {"date": SPAN["starting_at"], "actor": {"type": "user_actor", "email_address": "a@example.com"}}
    models = [{"model": "m", "tokens": {"input": value, "output": 9}} for value in (-1, 9)]
    code = [{**person, "model_breakdown": models}, {**person, "model_breakdown": []}]
    land_json(home, "anthropic", "claude_code_analytics", [{"data": code}], TAGS, ARRIVED)
    counts = {"uncached_input_tokens": 5, "output_tokens": 2, "total_tokens": 7}
    usage = [analytics("usage", counts), analytics("usage", counts, rbac_group_id="g")]
    land_json(home, "anthropic", "analytics_usage", [{"data": usage}], TAGS, ARRIVED)
    amount = {"amount": "100", "currency": "USD"}
    costs = [analytics("cost", amount), analytics("cost", {**amount, "currency": "cents"})]
    land_json(home, "anthropic", "analytics_cost", [{"data": costs}], TAGS, ARRIVED)
    # one account of each provider whose reports were pulled at noon of the day
    noon, early = datetime(2026, 5, 4, 12), {"account": "acme-early"}
    for stream, (_, (column, *_), _, _) in openai.REPORTS.items():
        land_json(home, "openai", stream, [openai_page(column, [3])], early, noon)
    land_json(home, "openai", "usage_completions", [openai_page("input_tokens", [3], output_tokens=2)], early, noon)
    land_json(home, "openai", "costs", [openai_page("amount", [{"value": 4, "currency": "usd"}])], early, noon)
    # nothing but a usage report tells of this one
    land_json(home, "openai", "usage_completions", [openai_page("input_tokens", [3], output_tokens=2)], ALONE, noon)
    early = {"account": "acme-early-anthropic"}
    result = {"uncached_input_tokens": 5, "output_tokens": 2, "model": "claude-opus-4-6"}
    land_json(home, "anthropic", "usage_messages", [{"data": [{**SPAN, "results": [result]}]}], early, noon)
    cost = {"amount": "100", "currency": "USD", "description": "x", "cost_type": "tokens"}
    land_json(home, "anthropic", "cost_report", [{"data": [{**SPAN, "results": [cost]}]}], early, noon)
    # one account of which three usage reports and two cost reports tell
    tags = {"account": "acme-twice"}
    result = {"uncached_input_tokens": 5, "output_tokens": 2, "model": "claude-opus-4-6"}
    land_json(home, "anthropic", "usage_messages", [{"data": [{**SPAN, "results": [result]}]}], tags, ARRIVED)
    land_json(home, "anthropic", "analytics_usage", [{"data": usage[:1]}], tags, ARRIVED)
    code = [{**person, "model_breakdown": models[1:]}]
    land_json(home, "anthropic", "claude_code_analytics", [{"data": code}], tags, ARRIVED)
    line = {
        **amount,
        "description": "x",
        "cost_type": "tokens",
        "token_type": "output_tokens",
        "model": result["model"],
    }
    land_json(home, "anthropic", "cost_report", [{"data": [{**SPAN, "results": [line]}]}], tags, ARRIVED)
    land_json(home, "anthropic", "analytics_cost", [{"data": costs[:1]}], tags, ARRIVED)


def test_openai_tokens_requests_and_units(home: Home) -> None:
    truth = openai.truth(WINDOW, SEED)
    mine = f"billing_account_id = '{openai.ACCOUNT}'"
    rows = query(
        home.root,
        f"""select stream, sum(input_uncached_tokens), sum(total_tokens), sum(request_count) from core.fct_ai_usage
        where {mine} group by 1""",
    )
    assert {stream: int(tokens) for stream, tokens, _, _ in rows if tokens} == truth["tokens"]
    assert {stream: int(tokens) for stream, _, tokens, _ in rows if tokens} == truth["tokens"]
    assert {stream: int(requests) for stream, _, _, requests in rows if requests} == truth["requests"]
    assert len(rows) == len(openai.REPORTS)
    units = query(home.root, f"select unit, sum(quantity) from core.fct_ai_usage_units where {mine} group by 1")
    assert {unit: int(quantity) for unit, quantity in units} == truth["units"]


def test_anthropic_reports_tell_the_same_tokens(home: Home) -> None:
    truth = anthropic.truth(WINDOW, SEED)
    for account in (anthropic.CODE_ACCOUNT, anthropic.ANALYTICS_ACCOUNT):
        mine = f"billing_account_id = '{account}'"
        assert totals(home, "core.fct_ai_usage", list(truth["tokens"]), mine) == truth["tokens"], account
    rows = query(
        home.root,
        """select billing_account_id, sum(request_count), sum(reported_cost_usd), count(distinct user_id)
        from core.fct_ai_usage where billing_account_id like 'acme-claude-%' group by 1 order by 1""",
    )
    assert rows == [
        (anthropic.ANALYTICS_ACCOUNT, truth["requests"], None, 4),
        (anthropic.CODE_ACCOUNT, None, truth["code_usd"], 4),
    ]


def test_anthropic_cost_is_exact_and_by_meter(home: Home) -> None:
    truth = anthropic.truth(WINDOW, SEED)
    rows = query(
        home.root,
        f"""select sum(billed_cost), sum(effective_cost_usd), sum(list_cost), count(distinct meter)
        from core.fct_ai_charges where billing_account_id = '{anthropic.ANALYTICS_ACCOUNT}' and not is_estimated""",
    )
    assert rows == [(truth["billed_usd"], truth["billed_usd"], truth["list_usd"], len(anthropic.METERS))]


def test_anthropic_analytics_are_open_beyond_their_own_mark(home: Home) -> None:
    for table in ("fct_ai_usage", "fct_ai_charges"):
        rows = query(
            home.root,
            f"""select usage_date, bool_and(is_open), bool_or(is_open) from core.{table}
            where billing_account_id = '{anthropic.ANALYTICS_ACCOUNT}' group by 1 order by 1""",
        )
        assert rows == [(day, day == WINDOW[-1], day == WINDOW[-1]) for day in WINDOW], table
    [(is_provisional,)] = query(
        home.root,
        f"""select distinct is_provisional from marts.spend_daily
        where billing_account_id = '{anthropic.ANALYTICS_ACCOUNT}' and usage_date = '{WINDOW[-1]}'""",
    )
    assert is_provisional


def test_reports_pulled_at_noon_are_kept_and_open(home: Home) -> None:
    rows = [
        row
        for table in ("fct_ai_usage", "fct_ai_charges")
        for row in query(
            home.root,
            f"""select source || '.' || stream, is_open, count(*) from core.{table}
            where billing_account_id like 'acme-early%' group by all""",
        )
    ]
    further = ["openai.usage_completions", "openai.costs", "anthropic.usage_messages", "anthropic.cost_report"]
    assert sorted(rows) == sorted((name, True, 1) for name in [*(f"openai.{s}" for s in openai.REPORTS), *further])
    [(cost,)] = query(
        home.root, "select sum(billed_cost_usd) from marts.spend_daily where billing_account_id like 'acme-early%'"
    )
    assert cost == Decimal(5)


def test_a_day_of_usage_pulled_at_noon_is_provisional(home: Home) -> None:
    rows = query(
        home.root,
        f"select is_provisional, total_tokens from marts.spend_daily where billing_account_id = '{ALONE['account']}'",
    )
    assert rows == [(True, 5)]


def test_reports_of_one_account_count_once(home: Home) -> None:
    tokens = query(
        home.root, "select stream, total_tokens from core.fct_ai_usage where billing_account_id = 'acme-twice'"
    )
    assert tokens == [("usage_messages", 7)]
    cost = query(
        home.root, "select stream, billed_cost from core.fct_ai_charges where billing_account_id = 'acme-twice'"
    )
    assert cost == [("cost_report", Decimal(1))]


def test_bad_records_are_held_back_and_nothing_is_lost(home: Home) -> None:
    assert quarantined(home, "openai") == {
        stream: (column, "counts_not_negative: a count is negative")
        for stream, (_, (column, *_), _, _) in openai.REPORTS.items()
    }
    groups = "groups_do_not_overlap: a person in several groups counts several times; pull without rbac_group_id"
    assert quarantined(home, "anthropic") == {
        "claude_code_analytics": ("tokens", "tokens_not_negative: a token count is negative"),
        "analytics_usage": ("grouped.rbac_group_id", groups),
        "analytics_cost": ("cost.currency", "currency_is_iso: the currency is no three-letter code"),
    }
    assert gaps(home) == []
