"""What a rehearsal is prepared with: the first event moved to the present, and log-ins for the office."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.app import PACKAGE
from ticketing.core import clock
from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.core.settings import Settings, is_loopback
from ticketing.events.catalog import Catalog, load
from ticketing.events.file import read
from ticketing.office.publish import publish
from ticketing.staff import accounts
from ticketing.staff.models import Person

FIRST_EVENT = PACKAGE / "events" / "future-of-filmmaking-with-ai.toml"
DEMO_STAFF = (("owner@example.com", "owner"), ("viewer@example.com", "viewer"))


def rehearsal_event() -> Catalog:
    """The first event, moved so that its doors are open now; moved again once its day is over."""
    text = FIRST_EVENT.read_text(encoding="utf-8")
    now = datetime.now(UTC)
    slug = read(text).event.slug
    with writing() as session:
        try:
            present = load(session, slug)
        except Refused:
            present = None
        if present and min(p.doors_open_at for p in present.programs) <= now < present.programs[0].ends_at:
            return present
        starts_at = (now + timedelta(minutes=10)).replace(second=0, microsecond=0)
        return publish(session, text, starts_at, now, "cli")


def demo_staff(settings: Settings, *, to_network: bool) -> list[str]:
    """Log-ins of a rehearsal with random passwords, kept in the instance folder while only this machine is served.

    Before the network is served they are made anew, told this once and kept nowhere: what lay in a file is worth
    nothing from then on.
    """
    kept = settings.instance / "staff-passwords.txt"
    with writing() as session:
        nobody = session.scalar(select(func.count()).select_from(Person)) == 0
        if to_network and (nobody or kept.exists()):
            logins = _fresh_logins(session)
            told_once = [*logins, "(told this once; new ones: ticketing staff add EMAIL --role ROLE)"]
        elif nobody and not is_loopback(settings.host):
            return ["add staff with `ticketing staff add EMAIL --role owner`"]
        elif nobody:
            kept.touch(mode=0o600)
            kept.write_text("".join(f"{login}\n" for login in _fresh_logins(session)), "utf-8")
    if to_network and (nobody or kept.exists()):
        kept.unlink(missing_ok=True)
        return told_once
    known = ["as before; a new password: ticketing staff add EMAIL --role ROLE"]
    return kept.read_text(encoding="utf-8").splitlines() if kept.exists() else known


def _fresh_logins(session: Session) -> list[str]:
    logins = [(email, role, secrets.token_urlsafe(9)) for email, role in DEMO_STAFF]
    for email, role, password in logins:
        accounts.add(session, email, role, password, clock.now())
    return [f"{email}  {password}  ({role})" for email, role, password in logins]
