"""`ai-finops run`: the whole pipeline."""

from __future__ import annotations

import json

import click

from scripts.headline import render
from scripts.home import Home
from scripts.run import run


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON; all else goes to stderr.")
@click.option("--no-headline", is_flag=True, help="Leave the headline out.")
def command(as_json: bool, no_headline: bool) -> int:
    """Take in what waits in landing/inbox, build what it touches, publish, print the headline.

    With nothing new the warehouse is left as it is. A refused file is set aside with its reason, the rest is
    published, and the run exits 4.
    """
    report = run(
        Home.from_environment(),
        say=lambda line: click.echo(f"run: {line}", err=as_json),
        quiet=as_json,
        with_headline=not no_headline,
    )
    if as_json:
        click.echo(json.dumps({"ok": report.exit_code == 0, **report.as_dict()}, default=str))
    elif report.headline:
        click.echo("\n" + render(report.headline))
    if report.inbox.refused:
        count = len(report.inbox.refused)
        click.echo(f"ai-finops: {count} files refused: see landing/refused in the home folder", err=True)
    return report.exit_code
