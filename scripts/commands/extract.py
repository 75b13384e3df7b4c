"""`ai-finops extract`: pull streams from a vendor's API into landing."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from scripts.errors import ConfigError
from scripts.home import Home

if TYPE_CHECKING:
    from scripts.extract.extract import StreamReport
    from scripts.extract.pull import Pull

NOT_INSTALLED = "extract needs packages that are not installed: run 'make install-extract'"


def moment(name: str, text: str | None) -> datetime | None:
    """An ISO date or time. Raises ConfigError naming the option."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(f"{name} {text}: not an ISO date or time") from error


@click.command()
@click.argument("source")
@click.argument("streams", nargs=-1)
@click.option("--since", metavar="TIME", help="Start (UTC day); default: the end of the last pull less the look-back.")
@click.option("--until", metavar="TIME", help="End (UTC); default: now.")
@click.option("--lookback", type=click.IntRange(0), metavar="DAYS", help="Days to pull again, since vendors restate.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    source: str, streams: tuple[str, ...], since: str | None, until: str | None, lookback: int | None, as_json: bool
) -> int:
    """Pull STREAMS of SOURCE (all that its API has) into landing and make their raw.

    Credentials come from environment variables, which docs/extracting.md names. A pull that was cut short goes on
    where it stopped; a stream that fails does not keep the others from landing.
    """
    try:
        from scripts.extract.extract import Window, extract
    except ModuleNotFoundError as error:
        raise ConfigError(NOT_INSTALLED) from error

    def progress(stream: str, pull: Pull) -> None:
        if not as_json and pull.pages % 10 == 0:
            click.echo(f"{source} {stream}: {pull.pages} pages", err=True)

    window = Window(moment("--since", since), moment("--until", until), lookback)
    reports = extract(Home.from_environment(), source, streams, window, progress=progress)
    failed = [report for report in reports if report.exit_code]
    exit_code = failed[0].exit_code if failed else 0
    if as_json:
        streams = [asdict(item) for item in reports]
        click.echo(json.dumps({"ok": not failed, "source": source, "exit_code": exit_code, "streams": streams}))
    else:
        for report in reports:
            click.echo(told(source, report), err=bool(report.exit_code))
        if failed:
            click.echo(f"ai-finops: {len(failed)} of {len(reports)} streams of {source} failed", err=True)
    return exit_code


def told(source: str, report: StreamReport) -> str:
    """One line on a stream."""
    if report.exit_code:
        return f"{source} {report.stream}: {report.error or report.refused}"
    return (
        f"{source} {report.stream}: {report.since[:10]} to {(report.until or '')[:16]}, {report.pages} pages, "
        f"{report.landed} records landed, {report.quarantined} in quarantine, {report.duplicate} duplicates"
    )
