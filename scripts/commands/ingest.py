"""`ai-finops ingest`: land files of one stream and make their raw."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from scripts.errors import ConfigError, InputRefusedError
from scripts.home import Home
from scripts.ingest import ingest
from scripts.remote import fetched, is_url


def parse_tags(values: tuple[str, ...]) -> dict[str, str]:
    """KEY=VALUE pairs as a dict. Raises ConfigError for anything else."""
    tags = {}
    for value in values:
        key, separator, text = value.partition("=")
        if not separator or not key:
            raise ConfigError(f"--tag {value}: write it as KEY=VALUE")
        tags[key] = text
    return tags


@click.command()
@click.argument("source")
@click.argument("stream")
@click.argument("paths", nargs=-1, required=True)
@click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", help="Applies to every record of these files.")
@click.option("--arrived-at", metavar="TIME", help="ISO time of arrival (UTC); default: now. For backfills and tests.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    source: str, stream: str, paths: tuple[str, ...], tags: tuple[str, ...], arrived_at: str | None, as_json: bool
) -> int:
    """Land files or folders of SOURCE STREAM and make their raw; PATHS may be URLs (s3://, gs://, abfs://).

    Tags such as team, use_case, product and environment name the owner of every record; account, group_by and filters
    say what a provider's report covers. A bad record goes to quarantine, a bad file is refused (exit code 4).
    """
    try:
        moment = datetime.fromisoformat(arrived_at) if arrived_at else None
    except ValueError as error:
        raise ConfigError(f"--arrived-at {arrived_at}: not an ISO time") from error
    home, pairs = Home.from_environment(), parse_tags(tags)
    local = [Path(path) for path in paths if not is_url(path)]
    urls = [path for path in paths if is_url(path)]
    with fetched(home, urls) as copies:
        report = ingest(home, source, stream, [*local, *copies], pairs, moment)
    if as_json:
        click.echo(json.dumps({"ok": not report.refused, **asdict(report)}))
    else:
        click.echo(
            f"{source} {stream}: {report.files} files, {report.landed} records landed, {report.raw} to raw, "
            f"{report.quarantined} in quarantine, {report.duplicate} duplicates, {report.ignored} lines ignored"
        )
        for warning in report.warnings:
            click.echo(f"warning: {warning}", err=True)
    if report.refused:
        first = next(iter(report.refused.values()))
        more = f" ({len(report.refused)} files refused)" if len(report.refused) > 1 else ""
        raise InputRefusedError(f"refused: {first}{more}")
    return 0
