"""`ai-finops init`: folders, empty typed raw, configuration check."""

from __future__ import annotations

import json
import os

import click

from scripts.declarations import load_streams
from scripts.gate.people import KEY_VARIABLE
from scripts.home import Home
from scripts.ingest import ensure_folders, repair
from scripts.lock import acquire_lock
from scripts.raw import write_empty


@click.command()
@click.option("--rebuild-raw", is_flag=True, help="Make all raw again from landing, for instance after a restore.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(rebuild_raw: bool, as_json: bool) -> int:
    """Create the home's folders and an empty typed file for every stream. Safe to repeat."""
    home = Home.from_environment()
    with acquire_lock(home):
        ensure_folders(home)
        files = write_empty(home)
        made = repair(home, rebuild=rebuild_raw)
    has_key = bool(os.environ.get(KEY_VARIABLE))
    if as_json:
        outcome = {"ok": True, "home": str(home.root), "empty_files": len(files), "batches_made": made}
        click.echo(json.dumps({**outcome, "has_person_key": has_key}))
        return 0
    click.echo(f"{home.root}: ready for {len(load_streams())} streams")
    if made:
        click.echo(f"raw made again for {len(made)} batches")
    if not has_key:
        click.echo(f"note: {KEY_VARIABLE} is not set; set it before you land data that names people", err=True)
    return 0
