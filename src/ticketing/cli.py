"""The command line. Each command opens one transaction; those that report take `--json`."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import click

from ticketing import cli_export, cli_mail, cli_money, cli_orders, cli_privacy, serving, web, worker
from ticketing.api import hooks
from ticketing.cli_house import as_json, house, in_house, instant
from ticketing.core import clock, observe
from ticketing.core.db import reading, snapshot, writing
from ticketing.core.settings import BadSettings, read_settings
from ticketing.events.catalog import load, slugs
from ticketing.events.export import dump
from ticketing.events.file import BadEventFile
from ticketing.office.publish import not_told, publish, tell
from ticketing.payments.account import examine_account
from ticketing.reports.doctor import Finding, examine
from ticketing.staff import accounts, devices, people, second_factor
from ticketing.staff.roles import ROLES


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Tickets and venue check-in for single-hall events."""


@main.command()
@click.option("--lan", is_flag=True, help="Serve the local network too, over https, so that tablets get their camera.")
def serve(lan: bool) -> None:
    """Start everything for a rehearsal: web, worker, local Stripe, mail inbox; Ctrl-C ends it all."""
    try:
        sys.exit(serving.serve(lan=lan))
    except BadSettings as error:
        raise click.ClickException(str(error)) from error


main.add_command(web.main)
main.add_command(cli_money.reconcile)
main.add_command(cli_mail.main)
main.add_command(cli_export.main)
main.add_command(cli_privacy.purge)
main.add_command(cli_privacy.privacy)
main.add_command(cli_orders.refund)
main.add_command(cli_orders.refund_outside)
main.add_command(cli_orders.cancel)


@main.command("worker")
def worker_() -> None:
    """Settle payments, end unpaid orders, send letters; several may run."""
    observe.init_logging()
    worker.run(house())


@main.command()
def init() -> None:
    """Create the database, or migrate it to this version."""
    with house().app_context():
        serving.migrate()


@main.group()
def event() -> None:
    """Events as files, and their end."""


event.add_command(cli_orders.cancel_event)


@event.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--starts-at", metavar="ISO", help="Make it a rehearsal copy: move all times so that it starts then.")
@click.option("--notify", is_flag=True, help="Write to everybody with a ticket what of time and place has changed.")
@in_house
def import_(file: Path, starts_at: str | None, notify: bool) -> None:
    """Create the event of FILE (TOML), or bring it up to date."""
    try:
        text = file.read_text(encoding="utf-8")
        starts = instant(starts_at, "--starts-at") if starts_at else None
        with writing() as session:
            catalog = publish(session, text, starts, clock.now(), "cli")
        letters = sum(tell(catalog, clock.now(), "cli")) if notify else 0
        with reading() as session:
            untold = not_told(session, catalog)
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: cannot be read ({error}).") from error
    except BadEventFile as error:
        lines = [f"{file}:{fault.line}: {fault.where}: {fault.message}" for fault in error.faults]
        raise click.ClickException("\n".join(["the file is not right:", *lines])) from error
    click.echo(f"{catalog.slug}: starts {catalog.starts_at.astimezone(catalog.zone):%Y-%m-%d %H:%M}")
    if notify:
        click.echo(f"Letters queued: {letters}.")
    for one in untold:
        click.echo(f"Ticket holders do not know yet: {one.label}: {one.now} (was {one.before})", err=True)
    if untold:
        click.echo("Import it again with --notify to write to them.", err=True)


@event.command()
@click.argument("slug")
@in_house
def export(slug: str) -> None:
    """Write the event as TOML to standard output."""
    with reading() as session:
        click.echo(dump(load(session, slug)), nl=False)


@main.group()
def staff() -> None:
    """People who work for the organizer."""


@staff.command()
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
@in_house
def add(email: str, role: str) -> None:
    """Add a person, or set role and password anew; the password is read from standard input."""
    password = sys.stdin.readline().rstrip("\n")
    try:
        with writing() as session:
            accounts.add(session, email, role, password, clock.now())
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email}: {role}")


@staff.command()
@click.argument("email")
@in_house
def reset(email: str) -> None:
    """Take the second factor away from somebody who lost it, and end all of their sign-ins."""
    with writing() as session:
        person = accounts.known(session, email)
        if second_factor.forget(session, person.person_id):
            people.drop_factor(session, person, clock.now(), "cli")
            click.echo(f"{email}: reset")
        else:
            click.echo(f"{email}: there was none")


@main.group()
def device() -> None:
    """Tablets at the gates."""


@device.command()
@click.option("--gate", required=True, help="The gate's code.")
@click.option("--event", "slug", help="The event's slug; without it the only or the soonest event.")
@as_json
@in_house
def code(gate: str, slug: str | None, json_: bool) -> None:
    """Make a pairing code: works once and for 15 minutes."""
    with writing() as session:
        catalog = load(session, slug or _first_event(slugs(session)))
        found = next((one for one in catalog.gates if one.code == gate), None)
        if found is None:
            known = ", ".join(one.code for one in catalog.gates)
            raise click.ClickException(f"There is no gate {gate!r}; there are {known}.")
        made, expires_at = devices.make_code(session, catalog.id, found.id, clock.now(), "cli")
    if json_:
        facts = {"code": made, "gate": found.code, "event": catalog.slug, "expires_at": expires_at.isoformat()}
        click.echo(json.dumps(facts))
    else:
        click.echo(f"{made}  (gate {found.code}, until {expires_at.astimezone(catalog.zone):%H:%M})")


@device.command("list")
@click.option("--event", "slug")
@as_json
@in_house
def list_(slug: str | None, json_: bool) -> None:
    """Tell all tablets of an event."""
    with reading() as session:
        catalog = load(session, slug or _first_event(slugs(session)))
        known = devices.of_event(session, catalog.id)
    gates = {gate.id: gate.code for gate in catalog.gates}
    rows = [
        {"id": one.id, "name": one.name, "gate": gates.get(one.gate_id), "revoked": one.revoked_at is not None}
        for one in known
    ]
    if json_:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['name']}  gate {row['gate']}{'  revoked' if row['revoked'] else ''}")


@device.command()
@click.argument("device_id", metavar="ID")
@in_house
def revoke(device_id: str) -> None:
    """Take a tablet's rights away at once."""
    with writing() as session:
        if not devices.revoke(session, device_id, clock.now(), "cli"):
            raise click.ClickException("There is no such tablet, or it is revoked already.")
    click.echo("revoked")


@main.command()
@click.option("--stripe", is_flag=True, help="Check the account at Stripe too; each finding says what to click.")
@as_json
@in_house
def doctor(stripe: bool, json_: bool) -> None:
    """Recount every counter and check what must always hold; exit code 1 when something does not."""
    with snapshot() as session:
        off = [Finding("hook_off", f"{hook.name} ({hook.id}): {hook.off_reason}") for hook in hooks.gone_off(session)]
        findings = [asdict(finding) for finding in (*examine(session), *off)]
    findings += [asdict(fault) for fault in examine_account()] if stripe else []
    if json_:
        click.echo(json.dumps({"ok": not findings, "findings": findings}))
    else:
        for finding in findings:
            click.echo(f"{finding['code']}: {finding['detail']}")
        if not findings:
            click.echo("All counters and invariants hold." + (" Stripe is set up as needed." if stripe else ""))
    sys.exit(1 if findings else 0)


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def standin(arguments: tuple[str, ...]) -> None:
    """Run the local Stripe stand-in: --port P --notify URL."""
    os.execv(sys.executable, [sys.executable, "-m", "ticketing.standin", *arguments])  # noqa: S606 (an island: own process)


@main.command(hidden=True)
@click.option("--port", type=int, required=True)
def inbox(port: int) -> None:
    """Show the letters in the instance folder, on this machine only."""
    serving.inbox(read_settings(), port)


def _first_event(known: list[str]) -> str:
    if not known:
        raise click.ClickException("There is no event yet: import one with `ticketing event import FILE`.")
    return known[0]
