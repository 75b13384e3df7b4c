"""Gateways and a reseller (OpenRouter, Helicone, Portkey, tables of LiteLLM): control totals from core."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from types import ModuleType

import pytest
from sourcehelp import SEED, WINDOW, gaps, land, land_json, quarantined, totals
from warehouse import query

from scripts.home import Home
from scripts.sample.sources import helicone, litellm, openrouter, portkey

ARRIVED = datetime(2026, 5, 12)
AT = "2026-05-04T00:00:00Z"
DAY = {"id": "d", "date": "2026-05-04", "prompt_tokens": 1, "completion_tokens": 1, "custom_llm_provider": "x"}
PLANTED = {
    ("openrouter", "generations"): [
        {"id": "bad", "created_at": AT, "model": "m", "native_tokens_prompt": 1, "native_tokens_cached": 2},
        {"id": "good", "created_at": AT, "model": "m"},
    ],
    ("helicone", "requests"): [
        {"request_id": "bad", "request_created_at": AT, "cost": -1},
        {"request_id": "good", "request_created_at": AT},
    ],
    ("portkey", "requests"): [
        {"id": "bad", "created_at": AT, "cost": 1, "cost_currency": "EUR"},
        {"id": "good", "created_at": AT},
    ],
    ("litellm", "daily_spend"): [{**DAY, "tag": "team:support"}, DAY],
    ("litellm", "budgets"): [{"budget_id": "bad", "max_budget": -1}, {"budget_id": "good", "max_budget": 0}],
    ("litellm", "keys"): [{"token": "sk-secret"}, {"token": "hash"}],
}


def land_exports(home: Home) -> None:
    for module in (openrouter, helicone, portkey, litellm):
        land(home, module.files(WINDOW, SEED))
    for (source, stream), records in PLANTED.items():
        land_json(home, source, stream, records, {"account": "acme-planted"}, ARRIVED)


@pytest.mark.parametrize("module", [openrouter, helicone, portkey], ids=lambda module: module.ACCOUNT)
def test_requests(home: Home, module: ModuleType) -> None:
    truth = module.truth(WINDOW, SEED)
    mine = f"billing_account_id = '{module.ACCOUNT}'"
    assert totals(home, "core.fct_ai_requests", list(truth["tokens"]), mine) == truth["tokens"]
    [row] = query(
        home.root,
        f"""select count(*), sum(source_cost_usd), count(*) filter (where status = 'failure'),
            count(*) filter (where is_gateway_cache_hit), count(*) filter (where user_id not like 'p\\_%' escape '\\')
        from core.fct_ai_requests where {mine}""",
    )
    assert row == (truth["requests"], truth["cost_usd"], truth.get("failures", 0), truth.get("cache_hits", 0), 0)


def test_a_reseller_is_the_provider(home: Home) -> None:
    rows = query(
        home.root,
        f"""select distinct provider, cost_basis from core.fct_ai_requests
        where billing_account_id = '{openrouter.ACCOUNT}'""",
    )
    assert rows == [("openrouter", "gateway_reported")]


def test_caller_properties_become_tags(home: Home) -> None:
    for module, tags in (
        (portkey, ['{"team":"sales"}']),
        (helicone, ['{"Helicone-Session-Id":"s0504","team":"marketing"}']),
    ):
        rows = query(
            home.root,
            f"""select distinct tags from core.fct_ai_requests
            where billing_account_id = '{module.ACCOUNT}' and usage_date = '2026-05-04'""",
        )
        assert [tag for (tag,) in rows] == tags


def test_daily_spend_is_usage(home: Home) -> None:
    truth = litellm.truth(WINDOW, SEED)
    mine = f"billing_account_id = '{litellm.ACCOUNT}'"
    assert totals(home, "core.fct_ai_usage", list(truth["tokens"]), mine) == truth["tokens"]
    rows = query(
        home.root,
        f"select count(*), sum(request_count), sum(reported_cost_usd) from core.fct_ai_usage where {mine}",
    )
    assert rows == [(truth["rows"], truth["requests"], truth["cost_usd"])]


def test_budgets_and_keys(home: Home) -> None:
    truth = litellm.truth(WINDOW, SEED)
    rows = query(
        home.root,
        """select budget_scope, sum(max_budget_usd), count(scope_id) from intermediate.int_budgets__latest
        where source = 'litellm' and budget_id <> 'good' group by 1 order by 1""",
    )
    assert rows == [("__unknown__", Decimal(5), 0), ("team", truth["max_budget_usd"] - 5, 3)]
    keys = query(
        home.root,
        """select team, key_name, is_active, allowed_models from intermediate.int_credentials__latest
        where api_key_id <> 'hash' order by team""",
    )
    assert len(keys) == truth["keys"]
    assert keys[0] == ("risk", "edge-risk", False, '["claude-sonnet-4-6"]')
    assert keys[2] == ("support", "edge-support", True, None)


def test_bad_records_are_held_back_and_nothing_is_lost(home: Home) -> None:
    again = "table_of_users: a row of the table per tag, team, organisation, end user or agent tells requests again"
    assert quarantined(home, "openrouter") == {
        "generations": ("native_tokens_cached", "cached_within_prompt: cached tokens exceed prompt tokens")
    }
    assert quarantined(home, "helicone") == {"requests": ("cost", "cost_not_negative: the cost is negative")}
    assert quarantined(home, "portkey") == {"requests": ("cost_currency", "cost_is_usd: the cost is not in USD")}
    assert quarantined(home, "litellm") == {
        "budgets": ("max_budget", "limits_not_negative: a limit is negative"),
        "daily_spend": ("id", again),
        "keys": ("token", "token_is_a_hash: the token is the key itself and not its hash"),
    }
    assert gaps(home) == []
