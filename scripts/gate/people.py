"""Keyed hash of people (e-mails, names, user ids): the same at the gate and for seeds that name people."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
from functools import cache

from duckdb import DuckDBPyConnection

KEY_VARIABLE = "AI_FINOPS_PERSON_KEY"
DEVELOPMENT_KEY = "ai-finops public development key"

logger = logging.getLogger(__name__)


def person_key() -> bytes:
    """Key from the environment; unset: a public one, good for samples only (a warning says so)."""
    key = os.environ.get(KEY_VARIABLE)
    if not key:
        _warn_once()
    return (key or DEVELOPMENT_KEY).encode()


@cache
def _warn_once() -> None:
    logger.warning("%s is not set: people are hashed with the public development key", KEY_VARIABLE)


def hash_person(value: str | None, key: bytes) -> str | None:
    """HMAC-SHA256 of the trimmed, lower-cased value: `p_` and 32 hex digits. None and empty text stay None."""
    text = (value or "").strip().lower()
    if not text:
        return None
    return "p_" + hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def hash_person_sql(expression: str, key: bytes) -> str:
    """The same as an SQL expression (HMAC over sha256); it holds the key, so keep it inside the process."""
    block = key if len(key) <= 64 else hashlib.sha256(key).digest()
    block = block.ljust(64, b"\0")
    inner = "".join(f"\\x{byte ^ 0x36:02X}" for byte in block)
    outer = "".join(f"\\x{byte ^ 0x5C:02X}" for byte in block)
    text = f"lower(trim({expression}))"
    digest = f"sha256('{outer}'::blob || unhex(sha256('{inner}'::blob || encode({text}))))"
    return f"case when {text} <> '' then 'p_' || left({digest}, 32) end"


def register_hash_person(connection: DuckDBPyConnection) -> None:
    """Make `hash_person(text)` a temporary macro of a connection; nothing of it is stored in the database file."""
    key = person_key()
    connection.execute(f"create or replace temp macro hash_person(person) as {hash_person_sql('person', key)}")
