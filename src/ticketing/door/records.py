"""Tickets as tablets keep them: no code, a name only where the event allows it, nothing that says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from ticketing.core.keys import keys
from ticketing.door.models import Presence
from ticketing.events.catalog import Catalog
from ticketing.staff.models import Device
from ticketing.tickets.code import code_hash, derive
from ticketing.tickets.issue import REVOKED
from ticketing.tickets.models import Ticket

# A row is stamped before it is committed: who asks for what is newer than a moment must look back a little.
LOOK_BACK = timedelta(seconds=30)
HASH_LENGTH = 32


class Record(Struct, omit_defaults=True):
    """One ticket of the list. `order` and `n` are what stands on it; `entries` how often it came in."""

    hash: str
    tier: str
    state: str
    inside: bool
    order: str = ""
    n: int = 0
    name: str | None = None
    kana: str = ""
    entries: int = 0
    first_at: str | None = None
    first_gate: str | None = None
    last_at: str | None = None
    last_gate: str | None = None
    last_device: str | None = None


def of_event(session: Session, catalog: Catalog, since: datetime | None = None) -> list[Record]:
    """All tickets of the event, or those that changed since; a former code of a reissued one is revoked."""
    device = aliased(Device)
    rows = (
        select(
            Ticket.id,
            Ticket.code_hash,
            Ticket.issue,
            Ticket.tier_id,
            Ticket.state,
            Ticket.order_code,
            Ticket.number,
            Ticket.attendee,
            Ticket.kana,
            Presence.inside,
            Presence.entries,
            Presence.first_at,
            Presence.first_gate_id,
            Presence.last_at,
            Presence.last_gate_id,
            device.name.label("last_device"),
        )
        .outerjoin(Presence, Presence.ticket_id == Ticket.id)
        .outerjoin(device, device.id == Presence.last_device_id)
        .where(Ticket.event_id == catalog.id)
        .order_by(Ticket.order_code, Ticket.number)
    )
    if since is not None:
        after = since - LOOK_BACK
        rows = rows.where(or_(Ticket.changed_at >= after, Presence.changed_at >= after))
    tiers = {tier.id: tier.code for tier in catalog.tiers}
    gates = {gate.id: gate.code for gate in catalog.gates}
    names = bool(catalog.policy.get("door_names"))
    return [record for row in session.execute(rows) for record in _records(row, tiers, gates, names=names)]


def _records(row: Any, tiers: dict[int, str], gates: dict[int, str], *, names: bool) -> Iterator[Record]:
    record = Record(row.code_hash[:HASH_LENGTH], tiers[row.tier_id], row.state, bool(row.inside))
    record.order, record.n = row.order_code, row.number
    record.name, record.kana = (row.attendee, row.kana) if names else (None, "")
    if row.entries:
        record.entries = row.entries
        record.first_at, record.first_gate = row.first_at.isoformat(), gates.get(row.first_gate_id)
        record.last_at, record.last_gate = row.last_at.isoformat(), gates.get(row.last_gate_id)
        record.last_device = row.last_device
    yield record
    for issue in range(1, row.issue):
        former = code_hash(derive(keys().ticket_code, row.id, issue))
        yield Record(former[:HASH_LENGTH], record.tier, REVOKED, inside=False, order=record.order, n=record.n)
