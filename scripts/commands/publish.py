"""`ai-finops publish`: serve/ from the warehouse."""

from __future__ import annotations

import json

import click

from scripts.home import Home
from scripts.lock import acquire_lock
from scripts.publish import publish


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(as_json: bool) -> int:
    """Copy marts, focus, feeds, ops, dims and charges of a green build to serve/, as DuckDB and Parquet."""
    home = Home.from_environment()
    with acquire_lock(home):
        result = publish(home)
    if as_json:
        click.echo(json.dumps({"ok": True, **result.as_dict()}))
    else:
        click.echo(
            f"published run {result.run_id}: {result.table_count} tables, {result.row_count:,} rows "
            f"in {result.elapsed_seconds} s"
        )
        click.echo(f"  {result.duckdb_path}")
        click.echo(f"  {home.serve / 'parquet' / 'current'}")
    return 0
