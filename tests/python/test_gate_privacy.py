"""What people and models wrote stays in landing; people pass the gate as keyed hashes only."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import duckdb
import pytest
from gatehelp import ARRIVED, bytes_outside_landing, raw, spend, usage, write_lines

from scripts.gate.people import hash_person, person_key, register_hash_person
from scripts.home import Home
from scripts.ingest import ingest

CANARY = "canary-7f3a-sings"
PERSON = "ann.example@customer.test"


def planted() -> dict:
    """A record with a secret text in every place where exports have been seen to put one."""
    return spend(
        "planted",
        messages=[{"role": "user", "content": CANARY}],
        response={"choices": [{"message": {"content": CANARY}}]},
        proxy_server_request={"body": {"messages": [CANARY]}},
        metadata={
            "spend_logs_metadata": {"ticket": "T-1", "prompt": CANARY, "deep": [{"content": CANARY}]},
            "new_nested": {"message": CANARY, "kept": 1},
        },
        some_new_blob={"attempt": {"output_text": CANARY, "count": 3}},
        request_body=CANARY,
        long_text=CANARY * 30,
    )


def test_content_never_leaves_landing(home: Home, tmp_path: Path) -> None:
    broken = json.dumps(planted())[:-40]
    negative = {**planted(), "request_id": "negative", "prompt_tokens": -1}
    path = write_lines(tmp_path / "x.jsonl", [planted(), broken, negative])
    report = ingest(home, "litellm", "spend_logs", [path], {}, ARRIVED)
    assert (report.raw, report.quarantined) == (1, 2)
    assert CANARY.encode() not in bytes_outside_landing(home)
    row = raw(home, "litellm", "spend_logs")[0]
    assert json.loads(row["metadata"]["spend_logs_metadata"])["ticket"] == "T-1"
    extra = json.loads(row["_extra"])
    assert extra["some_new_blob"] == {"attempt": {"count": 3}}
    assert extra["long_text"] == f"<dropped: {len(CANARY) * 30} characters>"


def test_transcripts_lose_their_text(home: Home, tmp_path: Path) -> None:
    line = {
        "type": "assistant",
        "timestamp": "2026-03-01T12:00:00Z",
        "sessionId": "s",
        "uuid": "u",
        "toolUseResult": CANARY,
        "message": {
            "id": "msg_1",
            "model": "claude-opus-4-6",
            "role": "assistant",
            "content": [{"type": "text", "text": CANARY}],
            "usage": {"input_tokens": 1, "output_tokens": 2},
        },
    }
    report = ingest(home, "claude_code", "transcripts", [write_lines(tmp_path / "t.jsonl", [line])], {}, ARRIVED)
    assert report.raw == 1
    assert CANARY.encode() not in bytes_outside_landing(home)


def test_people_are_hashed(home: Home, tmp_path: Path) -> None:
    lines = [usage("a", user_id=f"  {PERSON.upper()} "), usage("b", user_id=None), usage("c", new_owner_email=PERSON)]
    ingest(home, "custom", "usage", [write_lines(tmp_path / "x.jsonl", lines)], {}, ARRIVED)
    rows = raw(home, "custom", "usage")
    assert [row["user_id"] for row in rows] == [hash_person(PERSON, person_key()), None, None]
    assert PERSON.encode() not in bytes_outside_landing(home).lower()


def test_the_key_changes_the_hash(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public = hash_person(PERSON, person_key())
    monkeypatch.setenv(
        "AI_FINOPS_PERSON_KEY", "longer than the 64 bytes of a block, so that HMAC hashes the key itself"
    )
    assert hash_person(PERSON, person_key()) != public
    ingest(home, "custom", "usage", [write_lines(tmp_path / "x.jsonl", [usage("a", user_id=PERSON)])], {}, ARRIVED)
    assert raw(home, "custom", "usage")[0]["user_id"] == hash_person(PERSON, person_key())


@pytest.mark.parametrize("value", [PERSON, " Ann ", "", None, "Zoë", "it's"])
def test_sql_and_python_hash_alike(value: str | None) -> None:
    with duckdb.connect() as connection:
        register_hash_person(connection)
        found = connection.execute("select hash_person(?::varchar)", [value]).fetchone()
    assert found == (hash_person(value, person_key()),)


def test_landing_is_private(home: Home, tmp_path: Path) -> None:
    ingest(home, "litellm", "spend_logs", [write_lines(tmp_path / "x.jsonl", [spend("a")])], {}, ARRIVED)
    assert stat.S_IMODE(home.landing.stat().st_mode) == 0o700
    for path in home.landing.rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
