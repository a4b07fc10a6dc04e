"""How many people a room holds: opened with the event, counted by scans and taps, told by tier and gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ticketing.core.batch import adding, run_together
from ticketing.core.db import add_rows
from ticketing.core.errors import Refused
from ticketing.door.models import Count, Occupancy, Presence
from ticketing.events.catalog import Catalog
from ticketing.events.models import Gate, Room, Tier
from ticketing.staff.models import Device
from ticketing.tickets.models import Ticket


@dataclass(frozen=True)
class People:
    """Who is in a room: `inside` is everybody, `untracked` those of them counted by taps."""

    inside: int
    untracked: int
    capacity: int


@dataclass(frozen=True)
class Tap:
    """A tap for somebody without a code, as the tablet sends it."""

    id: str
    delta: int
    what: str


def open_rooms(session: Session, catalog: Catalog) -> None:
    """Give every room of the event its counter, once."""
    rooms = {gate.room.id for gate in catalog.gates} | {program.room.id for program in catalog.programs}
    known = set(session.scalars(select(Occupancy.room_id).where(Occupancy.room_id.in_(rooms))))
    for room_id in sorted(rooms - known):
        add_rows(session, Occupancy, [{"room_id": room_id, "inside": 0, "untracked": 0, "reserved": 0}])


def people(session: Session, room_id: int) -> People:
    """Who is in this room now."""
    row = session.execute(
        select(Occupancy.inside, Occupancy.untracked, Room.capacity)
        .join(Room, Room.id == Occupancy.room_id)
        .where(Occupancy.room_id == room_id)
    ).one()
    return People(row.inside + row.untracked, row.untracked, row.capacity)


def by_tier(session: Session, room_id: int) -> dict[str, int]:
    """Ticket holders inside, by tier code."""
    rows = session.execute(
        select(Tier.code, func.count())
        .join(Ticket, Ticket.tier_id == Tier.id)
        .join(Presence, Presence.ticket_id == Ticket.id)
        .where(Presence.room_id == room_id, Presence.inside.is_(True))
        .group_by(Tier.code)
    )
    return {code: int(count) for code, count in rows}


def by_gate(session: Session, room_id: int) -> dict[str, int]:
    """Ticket holders inside, by the gate they came in through."""
    rows = session.execute(
        select(Gate.code, func.count())
        .join(Presence, Presence.last_gate_id == Gate.id)
        .where(Presence.room_id == room_id, Presence.inside.is_(True))
        .group_by(Gate.code)
    )
    return {code: int(count) for code, count in rows}


def tap(session: Session, device: Device, room_id: int, asked: Tap, now: datetime) -> str:
    """Count one person in or out without a code; the same id counts once. Returns `admit` or `refuse` (room full)."""
    before = session.scalars(select(Count).where(Count.id == asked.id)).one_or_none()
    if before is not None:
        if (before.device_id, before.delta, before.what) != (device.id, asked.delta, asked.what):
            raise Refused("scan_id_reused")
        return before.decision
    decision = "admit" if _step(session, room_id, asked.delta) else "refuse"
    row: dict[str, Any] = {
        "id": asked.id,
        "event_id": device.event_id,
        "device_id": device.id,
        "room_id": room_id,
        "delta": asked.delta,
        "what": asked.what,
        "decision": decision,
        "at": now,
    }
    run_together(session.connection(), [adding(Count, [row])])
    return decision


def _step(session: Session, room_id: int, delta: int) -> bool:
    limit = select(Room.capacity).where(Room.id == Occupancy.room_id).scalar_subquery()
    total = Occupancy.inside + Occupancy.untracked
    room = update(Occupancy).where(
        Occupancy.room_id == room_id, total + Occupancy.reserved < limit if delta > 0 else total > 0
    )
    counted = room.values(untracked=Occupancy.untracked + delta).returning(Occupancy.room_id)
    return session.execute(counted.execution_options(synchronize_session=False)).scalar_one_or_none() is not None
