"""Commands about personal data: erasing what had its time, and what one person asks for."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from ticketing.cli_house import as_json, in_house
from ticketing.core import audit, clock
from ticketing.core.db import reading, writing
from ticketing.privacy import erasing, keeping
from ticketing.privacy.extract import extract
from ticketing.privacy.known import of_somebody, tickets

CLI = "cli"


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and erase nothing.")
@as_json
@in_house
def purge(dry_run: bool, json_: bool) -> None:
    """Erase the personal data whose keeping time is over. The worker does the same every night."""
    now = clock.now()
    found = keeping.due(now) if dry_run else keeping.purge(now, CLI)
    if json_:
        click.echo(json.dumps({"erased": not dry_run, **asdict(found)}))
        return
    done = "Would be erased" if dry_run else "Erased"
    for event in found.events:
        click.echo(f"{done}: {event.slug}: {event.orders} orders, {event.waiting} entries of the waiting list")
        for code in event.unfinished:
            click.echo(f"Stays until its money is settled: {code}")
    click.echo(f"{done}: addresses of {found.letters} letters, {found.of_staff} old rows of staff")


@click.group()
def privacy() -> None:
    """What is known of one person."""


@privacy.command()
@click.argument("email")
@in_house
def export(email: str) -> None:
    """Write all that is known of an address to standard output, as JSON. The audit log keeps that it was taken out."""
    with writing() as session:
        known = of_somebody(session, email)
        text = json.dumps(extract(session, known), ensure_ascii=False, indent=2)
        audit.record(session, clock.now(), CLI, "privacy.export", "privacy", orders=[one.id for one in known.orders])
    click.echo(text)


@privacy.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do it; without this it is only said what would happen.")
@in_house
def erase(email: str, yes: bool) -> None:
    """Erase what is known of an address. Amounts, invoice numbers and issued receipts stay: tax law wants them."""
    if yes:
        with writing() as session:
            done = erasing.erase(session, email, clock.now(), CLI)
        click.echo(f"Erased: {done.orders} orders, {done.waiting} entries of the waiting list, {done.letters} letters")
        return
    with reading() as session:
        known = of_somebody(session, email)
        erasing.check(session, known)
        valid = len(tickets(session, known, erasing.VALID))
    click.echo(f"{len(known.orders)} orders, {len(known.passed)} tickets passed on, {len(known.waiting)} entries")
    if valid:
        click.echo(
            f"{valid} tickets are valid: they still open the door, but no letter about them can be sent any more."
        )
    raise click.ClickException("Nothing was erased. Add --yes to do it.")
