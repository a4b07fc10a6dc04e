"""One line of the list on paper as a scan: of what stands for paper at that gate, with its true time, once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.door.ingest import OfflineScan, ingest
from ticketing.door.models import Conflict, Scan
from ticketing.events.catalog import Catalog
from ticketing.events.places import GateInfo
from ticketing.office.door_key_lines import Keyed, Unread
from ticketing.staff import devices
from ticketing.staff.models import Device
from ticketing.tickets.models import Ticket

TRIES = 3
# Watches at the door are read to the minute.
CLOCK_ERROR_MS = 60_000
_LINES = uuid.UUID("6a2f4f0e-3f0c-4f6e-9a57-1b8a6f1d7c31")


@dataclass(frozen=True)
class Taken:
    """A line that became a scan; `before`: it had been one already, `conflict`: about its ticket something waits to be
    settled, be it at this scan or at another one."""

    text: str
    before: bool
    conflict: bool


@dataclass(frozen=True)
class Desk:
    """Who keys in, for which gate, and when."""

    catalog: Catalog
    gate: GateInfo
    now: datetime
    actor: str


def take(desk: Desk, line: Keyed) -> Taken | Unread:
    """Take one line in, in a transaction of its own. The same ticket, way and time is the same scan.

    Raises Refused("busy", 503) where others record the same line at the same moment, again and again."""
    for _try in range(TRIES):
        try:
            with writing() as session:
                return _take(session, desk, line)
        except IntegrityError:
            continue  # somebody sends the same line, or keys in the first one of this gate, at the same moment
    raise Refused("busy", 503)


def _take(session: Session, desk: Desk, line: Keyed) -> Taken | Unread:
    ticket = session.scalars(
        select(Ticket).where(
            Ticket.event_id == desk.catalog.id, Ticket.order_code == line.code, Ticket.number == line.number
        )
    ).one_or_none()
    if ticket is None:
        return Unread(line.text, _("There is no ticket %(code)s.", code=f"{line.code}-{line.number}"))
    device = devices.paper(session, desk.catalog.id, desk.gate.id, desk.gate.code, desk.now)
    scan_id = _scan_id(device, ticket, line)
    before = session.get(Scan, scan_id) is not None
    scan = OfflineScan(scan_id, ticket.code_hash[:32], line.kind, line.at, clock_error_ms=CLOCK_ERROR_MS)
    ingest(session, device, scan, desk.now)
    open_ones = select(Conflict.id).where(Conflict.ticket_id == ticket.id, Conflict.closed_at.is_(None)).limit(1)
    if not before:
        audit.record(session, desk.now, desk.actor, "paper.key_in", f"scan:{scan_id}", gate=desk.gate.code)
    return Taken(line.text, before, session.scalars(open_ones).first() is not None)


def _scan_id(device: Device, ticket: Ticket, line: Keyed) -> str:
    return str(uuid.uuid5(_LINES, f"{device.id}|{ticket.id}|{line.kind}|{line.at.isoformat()}"))
