"""OpenTelemetry: spans and Claude Code's events against control totals, texts kept out, and a trace told bit by bit."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sourcehelp import SEED, WINDOW, gaps, land, land_json, quarantined, totals
from warehouse import build, query

from scripts.gate.people import hash_person, person_key
from scripts.home import Home
from scripts.sample.otlp import attributes, document, nanos
from scripts.sample.sources import claude_code, otel

MIDNIGHT = datetime(2026, 5, 21)
SECRET = "the merger is called off"
TRACE = "a" * 32


def span(span_id: str, parent: str, start: datetime, operation: str, tokens: int, **other: object) -> dict:
    pairs = {"gen_ai.operation.name": operation, "gen_ai.usage.input_tokens": tokens, **other}
    return {
        "traceId": TRACE,
        "spanId": span_id,
        "parentSpanId": parent,
        "name": operation,
        "startTimeUnixNano": nanos(start),
        "endTimeUnixNano": nanos(start + timedelta(seconds=5)),
        "attributes": attributes(pairs),
    }


def land_spans(home: Home, *spans: dict) -> None:
    land_json(home, "otel", "spans", [document("spans", {}, list(spans))], {"account": "acme-night"}, MIDNIGHT)


def land_exports(home: Home) -> None:
    land(home, [*otel.files(WINDOW, SEED), *claude_code.files(WINDOW, SEED)])
    texts = {
        "gen_ai.input.messages": json.dumps([{"role": "user", "content": SECRET}]),
        "gen_ai.prompt.0.content": SECRET,
        "input.value": SECRET,
        "my.note": "mail to dana@example.com",
        "gen_ai.usage.output_tokens": 1,
        "user.id": "Dana@example.com",
    }
    agent = span("1" * 16, "", MIDNIGHT - timedelta(seconds=9), "invoke_agent", 70, **texts)
    land_spans(home, agent, span("9" * 16, "", MIDNIGHT, "chat", -1))
    log = {"timeUnixNano": nanos(MIDNIGHT), "attributes": attributes({"event.name": "api_request", "session.id": "s"})}
    full = {**claude_code.RESOURCE, "event.name": "api_request", "session.id": "s", "model": "claude-sonnet-4-6"}
    good = {**log, "attributes": attributes({**full, "input_tokens": 1, "output_tokens": 1})}
    bad = {**log, "attributes": attributes({**full, "input_tokens": -1, "output_tokens": 1})}
    tags = {"account": "acme-night"}
    land_json(home, "claude_code", "otel_events", [document("logRecords", {}, [good, bad])], tags, MIDNIGHT)
    # the transcript of a session tells one of its events again
    [first, *_] = claude_code.files(WINDOW, SEED)
    for line in first.content.decode().splitlines():
        event = json.loads(line)["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]
        pairs = {item["key"]: next(iter(item["value"].values())) for item in event["attributes"]}
        if pairs["event.name"] == "api_request":
            break
    usage = {"input_tokens": int(pairs["input_tokens"]), "output_tokens": int(pairs["output_tokens"])}
    usage |= {"cache_read_input_tokens": int(pairs["cache_read_tokens"])}
    usage |= {"cache_creation_input_tokens": int(pairs["cache_creation_tokens"])}
    transcript = {
        "type": "assistant",
        "timestamp": f"{WINDOW[0]}T12:00:00Z",
        "sessionId": pairs["session.id"],
        "requestId": pairs["request_id"],
        "message": {"id": "msg_1", "model": pairs["model"], "usage": usage},
    }
    land_json(home, "claude_code", "transcripts", [transcript], {"account": claude_code.ACCOUNT}, MIDNIGHT)


def test_spans_count_at_their_leaves(home: Home) -> None:
    mine = f"source = 'otel' and billing_account_id = '{otel.ACCOUNT}'"
    truth = otel.truth(WINDOW, SEED)
    assert totals(home, "core.fct_ai_requests", list(truth["tokens"]), mine) == truth["tokens"]
    rows = query(
        home.root,
        f"""select provider, count(*), count(provider_request_id) from core.fct_ai_requests where {mine}
        group by 1 order by 1""",
    )
    half = truth["requests"] // 2
    assert rows == [("azure", half, 0), ("openai", half, half)]
    tags = query(home.root, f"select distinct tags from core.fct_ai_requests where {mine} and provider = 'openai'")
    assert tags == [('{"service.name":"contract-bot","team":"risk","contract.type":"supplier"}',)]


def test_events_count_once_each(home: Home) -> None:
    mine = f"source = 'claude_code' and billing_account_id = '{claude_code.ACCOUNT}'"
    truth = claude_code.truth(WINDOW, SEED)
    assert totals(home, "core.fct_ai_requests", list(truth["tokens"]), mine) == truth["tokens"]
    [row] = query(
        home.root,
        f"""select count(*), count(distinct user_id) from core.fct_ai_requests
        where {mine}""",
    )
    assert row == (truth["requests"], 3)
    staged = "staging.stg_claude_code__otel_events"
    cost = query(home.root, f"select sum(cost_usd) from {staged} where billing_account_id = '{claude_code.ACCOUNT}'")
    assert cost == [(truth["cost_usd"],)]
    streams = query(home.root, f"select stream, count(*) from core.fct_ai_requests where {mine} group by 1 order by 1")
    assert streams == [("otel_events", truth["requests"] - 1), ("transcripts", 1)]
    users = query(home.root, f"select distinct user_id from core.fct_ai_requests where {mine}")
    assert {user for (user,) in users} == {hash_person(f"dev{n}@example.com", person_key()) for n in range(3)}


def test_no_text_passes_the_gate(home: Home) -> None:
    [row] = query(
        home.root,
        """select user_id, tags, _extra from staging.stg_otel__spans
        where billing_account_id = 'acme-night' and tags is not null""",
    )
    hashed = hash_person("dana@example.com", person_key())
    assert row == (hashed, json.dumps({"my.note": f"mail to {hashed}"}, separators=(",", ":")), None)
    texts = query(home.root, "select cast(to_json(spans) as varchar) from staging.stg_otel__spans as spans")
    assert texts and not [text for (text,) in texts if SECRET in text or "@example.com" in text]


def test_bad_records_are_held_back_and_nothing_is_lost(home: Home) -> None:
    reason = "tokens_not_negative: a token count is negative"
    assert quarantined(home, "otel") == {"spans": ("attributes.input_tokens", reason)}
    assert quarantined(home, "claude_code") == {"otel_events": ("attributes.input_tokens", reason)}
    assert gaps(home) == []


def test_a_call_that_arrives_later_takes_the_place_of_its_agent(home: Home, tmp_path: Path) -> None:
    """The agent began before midnight and counted by itself; its call of the next day comes with the next batch."""
    counted = """select span, tokens from (select request_id[34:34] as span, total_tokens as tokens
        from core.fct_ai_requests where billing_account_id = 'acme-night' and source = 'otel') order by 1"""
    assert query(home.root, counted) == [("1", 71)]
    later = Home(Path(shutil.copytree(home.root, tmp_path / "home")))
    land_spans(later, span("2" * 16, "1" * 16, MIDNIGHT + timedelta(seconds=3), "chat", 60))
    build(later.root)
    assert query(later.root, counted) == [("2", 60)]
    assert gaps(later) == []
