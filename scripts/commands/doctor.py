"""`ai-finops doctor`: what works, what waits, what is missing."""

from __future__ import annotations

import json

import click

from scripts.doctor import diagnose, render
from scripts.home import Home


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> int:
    """Check versions, configuration, sources and freshness, pending work, and what each mart still lacks.

    Exits 2 when the configuration can't work, 1 when the data needs a look, else 0.
    """
    found = diagnose(Home.from_environment())
    if as_json:
        click.echo(json.dumps({"ok": found.exit_code == 0, **found.as_dict()}, default=str))
    else:
        click.echo(render(found))
    return found.exit_code
