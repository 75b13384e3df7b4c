"""`ai-finops prices`: keep the price seeds up to date."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from scripts.home import PROJECT_DIR
from scripts.prices.genai import DEFAULT_PROVIDERS
from scripts.prices.refresh import RefreshResult, SeedPaths, refresh
from scripts.prices.rows import PriceKey

SHOWN_KEYS = 10


@click.group()
def command() -> None:
    """Price seeds: list prices, model aliases and models."""


@command.command("refresh")
@click.option(
    "--provider", "providers", multiple=True,
    help=f"Provider to refresh; may be repeated. Default: {', '.join(DEFAULT_PROVIDERS)}.",
)  # fmt: skip
@click.option(
    "--from", "list_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Price list to read instead of the installed genai-prices package: its JSON format, or a CSV with the "
    "columns of seeds/pricing/model_prices.csv.",
)  # fmt: skip
@click.option("--correction", is_flag=True, help="Rewrite the price in force instead of closing it: it was wrong.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]),
    help="UTC day from which a change holds that the list does not date. Default: today.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def refresh_command(
    providers: tuple[str, ...],
    list_file: Path | None,
    correction: bool,
    as_of: datetime | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Update seeds/pricing/model_prices.csv, append-only, offline."""
    day = (as_of or datetime.now(UTC)).date()
    result = refresh(
        SeedPaths(PROJECT_DIR / "seeds"),
        day,
        providers=[name.lower() for name in providers],
        list_file=list_file,
        correction=correction,
        dry_run=dry_run,
    )
    summary = _summary(result, dry_run)
    if as_json:
        click.echo(json.dumps({"ok": True, "as_of": day.isoformat(), **summary}))
        return
    counts = ", ".join(f"{summary[name]} {name}" for name in ("added", "changed", "closed", "unchanged"))
    click.echo(f"prices from {result.source}: {counts}; {result.price_row_count} rows")
    _list_keys("no longer in the list, kept", result.changes.vanished)
    _list_keys("have rows newer than --as-of, left alone (use --correction)", result.changes.newer)
    for sentence in result.rounded[:SHOWN_KEYS]:
        click.echo(f"  {sentence}")
    if dry_run:
        click.echo("dry run: nothing was written")


def _summary(result: RefreshResult, dry_run: bool) -> dict[str, object]:
    changes = result.changes
    return {
        "source": result.source,
        "is_dry_run": dry_run,
        "added": len(changes.added),
        "changed": len(changes.changed),
        "closed": len(changes.closed),
        "unchanged": len(changes.unchanged),
        "vanished": [_text(key) for key in changes.vanished],
        "newer_than_as_of": [_text(key) for key in changes.newer],
        "rounded": result.rounded,
        "price_rows": result.price_row_count,
        "aliases": result.alias_count,
        "models": result.model_count,
    }


def _list_keys(what: str, keys: list[PriceKey]) -> None:
    if keys:
        click.echo(f"{len(keys)} prices {what}:")
        for key in keys[:SHOWN_KEYS]:
            click.echo(f"  {_text(key)}")
        if len(keys) > SHOWN_KEYS:
            click.echo(f"  and {len(keys) - SHOWN_KEYS} more")


def _text(key: PriceKey) -> str:
    threshold = f" above {key.context_min_tokens}" if key.context_min_tokens else ""
    return f"{key.provider} {key.model} {key.meter} {key.service_tier}{threshold}"
