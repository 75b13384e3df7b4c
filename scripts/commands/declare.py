"""`ai-finops declare`: sources, unions and docs from the stream declarations."""

from __future__ import annotations

import json

import click

from scripts.declare import outdated, write_generated
from scripts.errors import ChecksFailedError


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when a generated file is out of date.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(check: bool, as_json: bool) -> int:
    """Generate dbt sources, union lists and pages from the files below streams/."""
    changed = outdated() if check else write_generated()
    if as_json:
        click.echo(json.dumps({"ok": not (check and changed), "changed": [str(path) for path in changed]}))
    elif not check:
        for path in changed:
            click.echo(f"wrote {path}")
    if check and changed:
        names = ", ".join(str(path) for path in changed)
        raise ChecksFailedError(f"out of date: {names}; run ai-finops declare")
    return 0
