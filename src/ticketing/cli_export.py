"""The command that takes tables out of an event."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ticketing.cli_house import in_house
from ticketing.core import audit, clock
from ticketing.core.db import writing
from ticketing.events.catalog import load, slugs
from ticketing.reports.export_files import WRITERS
from ticketing.reports.exports import EXPORTS

ACTOR = "cli"


@click.command("export")
@click.argument("what", metavar="WHAT", type=click.Choice(list(EXPORTS)))
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Instead of standard output.")
@click.option("--event", "slug", help="The event's slug; without it the only or the soonest event.")
@in_house
def main(what: str, form: str, output: Path | None, slug: str | None) -> None:
    """Write WHAT of an event as a table: orders, attendees, scans, letters, shifts (at tills) or accounting (by day).
    Most hold personal data; the audit log keeps that it was taken out."""
    with writing() as session:
        known = slugs(session)
        if not known:
            raise click.ClickException("There is no event yet: import one with `ticketing event import FILE`.")
        catalog = load(session, slug or known[0])
        audit.record(session, clock.now(), ACTOR, "event.export", f"event:{catalog.id}", what=what, format=form)
    try:
        out = output.open("wb") if output else sys.stdout.buffer
        table = EXPORTS[what]
        count = WRITERS[form](out, table.columns, table.rows(catalog), catalog.zone)
        out.close() if output else out.flush()
    except OSError as error:
        raise click.ClickException(f"{output or 'standard output'}: cannot be written ({error}).") from error
    click.echo(f"{what}: {count} rows", err=True)
