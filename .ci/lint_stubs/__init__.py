"""Names that dbt gives to models, just enough for sqlfluff to render them without a database."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


class Sql(str):
    """Text of a macro that only dbt knows: callable, with any attribute, so it always renders."""

    unsafe_callable = False
    alters_data = False

    def __call__(self, *_args: Any, **_kwargs: Any) -> Sql:  # noqa: ANN401
        """A call renders as the same text."""
        return self

    def __getattr__(self, name: str) -> Sql:
        """A dbt macro named `name` renders as a placeholder column."""
        return Sql("null")


class NoRows(list):
    """Result of a query at compile time, without rows."""

    columns: tuple[Any, ...] = ()
    rows: tuple[Any, ...] = ()


def run_query(_sql: str) -> NoRows:
    """Queries at compile time return nothing."""
    return NoRows()


def dispatch(_name: str, _package: str | None = None) -> Sql:
    """Adapter-specific macros render as a placeholder column."""
    return Sql("null")


def local_md5(_text: str) -> str:
    """Hash of a text; its value does not matter to the linter."""
    return "0"


dbt = Sql("null")
adapter = SimpleNamespace(
    dispatch=dispatch,
    get_relation=lambda *_args, **_kwargs: None,
    get_columns_in_relation=lambda _relation: [],
)
graph = SimpleNamespace(nodes={})
flags = SimpleNamespace(FULL_REFRESH=False, EMPTY=False, WHICH="lint")
target = SimpleNamespace(type="duckdb", name="duckdb", database="ai_finops", schema="main")
model = SimpleNamespace(unique_id="model")
invocation_id = "lint"
selected_resources: list[str] = []
