"""dbt-duckdb plugin: functions that models need and SQL can't express without a secret or the file system."""

from __future__ import annotations

import hashlib
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from scripts.gate.people import register_hash_person
from scripts.home import PROJECT_DIR


def project_macro_version() -> str:
    """Hash over the text of all dbt macros: a changed macro changes what models compute."""
    digest = hashlib.md5(usedforsecurity=False)
    for path in sorted((PROJECT_DIR / "macros").rglob("*.sql")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


class Plugin(BasePlugin):
    """Registers the project's functions on every cursor that dbt opens."""

    def configure_cursor(self, cursor: Any) -> None:  # noqa: ANN401
        """Called by dbt-duckdb for each cursor."""
        register_hash_person(cursor)
        version = project_macro_version()
        cursor.execute(f"create or replace temp macro project_macro_version() as '{version}'")
