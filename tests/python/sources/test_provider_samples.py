"""Single response bodies of four APIs: control totals from core."""

from __future__ import annotations

from datetime import datetime

from sourcehelp import SEED, WINDOW, gaps, land, land_json, quarantined, totals
from warehouse import query

from scripts.home import Home
from scripts.sample.sources import provider

TRUTH = provider.truth(WINDOW, SEED)
BODY = {"provider": "openai", "created_at": "2026-05-04T10:00:00Z", "model": "gpt-5.2"}


def land_exports(home: Home) -> None:
    land(home, provider.files(WINDOW, SEED))
    records = [
        {**BODY, "response_id": "bad", "choices": ["secret text"]},
        {**BODY, "response_id": "good", "choices": ["secret text"], "usage": {"prompt_tokens": 1}},
    ]
    land_json(home, "provider", "responses", records, {"account": "planted-responses"}, datetime(2026, 5, 12))


def test_tokens_by_meter(home: Home) -> None:
    where = f"billing_account_id = '{provider.ACCOUNT}'"
    assert totals(home, "core.fct_ai_requests", list(TRUTH["tokens"]), where) == TRUTH["tokens"]
    assert query(home.root, f"select count(*) from core.fct_ai_requests where {where}") == [(TRUTH["requests"],)]


def test_reasoning_is_null_where_it_is_not_split(home: Home) -> None:
    assert query(
        home.root,
        f"""select provider, count(output_reasoning_tokens) > 0 from core.fct_ai_requests
        where billing_account_id = '{provider.ACCOUNT}' group by 1 order by 1""",
    ) == [("anthropic", False), ("google", True), ("openai", True)]


def test_a_body_without_usage_is_held_back_and_content_stays_outside(home: Home) -> None:
    field, reason = quarantined(home, "provider")["responses"]
    assert (field, reason.split(";")[0]) == ("usage", "has_usage: there is no usage object")
    for path in sorted((home.root / "raw" / "provider").rglob("*.parquet")):
        assert b"secret text" not in path.read_bytes(), path.name


def test_conservation(home: Home) -> None:
    assert gaps(home) == []
