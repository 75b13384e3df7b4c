"""`ai-finops sample`: land the sample data of an invented company, or take it out again."""

from __future__ import annotations

import sys

import click

from scripts.home import Home
from scripts.sample import company


@click.command(name="sample")
@click.option("--seed", type=int, default=company.DEFAULT_SEED, show_default=True, help="Seed of the random numbers.")
@click.option(
    "--requests", type=int, default=company.DEFAULT_REQUESTS, show_default=True, help="About how many gateway records."
)
@click.option(
    "--days", type=int, default=company.DEFAULT_DAYS, show_default=True, help=f"Days up to {company.LAST_DAY}."
)
@click.option("--remove", is_flag=True, help="Delete the sample, and the warehouse that was built from it.")
@click.option("--json", "as_json_line", is_flag=True, help="Print one line of JSON.")
def command(seed: int, requests: int, days: int, remove: bool, as_json_line: bool) -> None:
    """Land sample data: one traffic that bills, gateway, transcripts and outcomes tell of, with its planted truths in
    landing/sample/truth.json, and a small export of every other source.

    The same seed gives the same bytes. Real data that is landed beside it is left alone by --remove.
    """
    from scripts.sample import landing

    home = Home.from_environment()
    if remove:
        removed = landing.remove_sample(home)
        if as_json_line:
            click.echo(landing.as_json(removed))
        elif removed.arrivals:
            click.echo(
                f"Removed {removed.arrivals} sample arrivals and {removed.parquet_files} raw files."
                + (" The warehouse is gone too: build it again." if removed.warehouse else "")
            )
        else:
            click.echo("There is no sample to remove.")
        return
    from scripts.sample.every_source import files_of_every_source
    from scripts.sample.generate import generate

    sample = generate(seed, requests, days)
    further = files_of_every_source(company.window(days), seed)
    show, count = sys.stderr.isatty() and not as_json_line, len(sample.files) + len(further)
    with click.progressbar(length=count, label="Landing sample", file=sys.stderr, hidden=not show) as bar:
        counts = landing.write_sample(home, sample, further, lambda _: bar.update(1))
    if as_json_line:
        click.echo(landing.as_json(counts))
    else:
        click.echo(
            f"Landed {counts.files} sample files with {counts.landed:,} records"
            f" ({counts.quarantined} quarantined, {counts.duplicate} duplicates)."
            f" Truth: {landing.truth_file(home)}"
        )
