"""`ai-finops build`: the dbt build."""

from __future__ import annotations

import json

import click

from scripts.build import build
from scripts.home import Home
from scripts.lock import acquire_lock


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON; dbt's own goes to stderr.")
@click.argument("dbt_arguments", nargs=-1, type=click.UNPROCESSED)
def command(as_json: bool, dbt_arguments: tuple[str, ...]) -> int:
    """Build the warehouse: `dbt build` with the home folder set. Arguments after -- go to dbt."""
    home = Home.from_environment()
    with acquire_lock(home):
        result = build(home, dbt_arguments, quiet=as_json)
    if as_json:
        click.echo(json.dumps({"ok": True, **result.as_dict()}))
    else:
        counts = ", ".join(f"{count} {status}" for status, count in sorted(result.counts.items()))
        click.echo(f"built in {result.elapsed_seconds} s: {counts}")
    return 0
