"""The figures of one event right now: sold, held, inside, the last scans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.door import occupancy
from ticketing.door.models import Scan
from ticketing.events.catalog import Catalog
from ticketing.events.models import Gate
from ticketing.inventory.levels import Levels
from ticketing.orders.models import Order
from ticketing.orders.states import PAID, PARTLY
from ticketing.staff.models import Device
from ticketing.tickets.models import Ticket

LAST_SCANS = 12


@dataclass(frozen=True)
class ScanLine:
    """One scan as the organizer reads it; `tier_code` is empty for a code that is no ticket of ours."""

    at: datetime
    gate: str
    device: str
    tier_code: str
    tier_sign: int | None
    kind: str
    decision: str
    reason: str | None


@dataclass(frozen=True)
class DayFigures:
    """What the organizer sees at a glance. `inside` is everybody in the room, `untracked` those counted by taps."""

    inside: int
    untracked: int
    capacity: int
    sold_by_tier: dict[int, int]
    held_by_tier: dict[int, int]
    last_scans: Sequence[ScanLine]


def figures(session: Session, catalog: Catalog, levels: Levels) -> DayFigures:
    """The figures as they stand in the database at this moment."""
    room = catalog.programs[0].room
    people = occupancy.people(session, room.id)
    return DayFigures(
        inside=people.inside,
        untracked=people.untracked,
        capacity=people.capacity,
        sold_by_tier={tier.id: levels.tiers[tier.id].sold for tier in catalog.tiers},
        held_by_tier={tier.id: levels.tiers[tier.id].held for tier in catalog.tiers},
        last_scans=last_scans(session, catalog),
    )


def paid_orders(session: Session, event_id: int) -> tuple[int, int]:
    """How many orders are paid, those partly refunded among them, and their total in minor units."""
    paid = select(func.count(), func.sum(Order.total_minor))
    count, total = session.execute(paid.where(Order.event_id == event_id, Order.state.in_((PAID, PARTLY)))).one()
    return int(count), int(total or 0)


def last_scans(session: Session, catalog: Catalog, limit: int = LAST_SCANS) -> list[ScanLine]:
    """The newest scans of the event, refused ones too."""
    rows = session.execute(
        select(
            Scan.received_at,
            Gate.code,
            Device.name,
            Ticket.tier_id,
            Ticket.event_id,
            Scan.kind,
            Scan.decision,
            Scan.reason,
        )
        .join(Gate, Gate.id == Scan.gate_id)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Ticket, Ticket.id == Scan.ticket_id)
        .where(Scan.event_id == catalog.id)
        .order_by(Scan.received_at.desc(), Scan.id)
        .limit(limit)
    )
    lines = []
    for at, gate, device, tier_id, ticket_event_id, kind, decision, reason in rows:
        tier = catalog.tier_by_id(tier_id) if ticket_event_id == catalog.id else None
        code, sign = (tier.code, tier.sign) if tier else ("", None)
        lines.append(ScanLine(at, gate, device, code, sign, kind, decision, reason))
    return lines
