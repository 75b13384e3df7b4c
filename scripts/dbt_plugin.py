"""dbt-duckdb plugin: functions that models need and SQL can't express without a secret in its text."""

from __future__ import annotations

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection


class Plugin(BasePlugin):
    """Registers the project's functions on each connection that dbt opens."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Called by dbt-duckdb once per process."""

    def configure_cursor(self, cursor: Any) -> None:  # noqa: ANN401
        """Called by dbt-duckdb for each cursor."""
