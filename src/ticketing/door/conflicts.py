"""What people settle: conflicts with their scans, and closing them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.errors import Refused
from ticketing.door import stays
from ticketing.door.history import lock_ticket, settle, time_of
from ticketing.door.levels import Shift, shift
from ticketing.door.models import Conflict, Scan, Stay
from ticketing.events.models import Gate, Tier
from ticketing.staff.models import Device
from ticketing.tickets.models import Ticket

LEFT, INSIDE, NOTED = "left", "inside", "noted"
RESOLUTIONS = (LEFT, INSIDE, NOTED)


@dataclass(frozen=True)
class ScanView:
    """One scan of a conflict, by gate code and name of the tablet; `at` is its corrected time."""

    id: str
    at: datetime
    gate: str
    device: str
    kind: str
    mode: str


@dataclass(frozen=True)
class ConflictView:
    """One conflict. `tier` and `order` are empty where the code is no ticket that we know."""

    id: int
    kind: str
    opened_at: datetime
    scan_id: str
    ticket_id: str | None
    tier: str
    order: str
    n: int
    scans: tuple[ScanView, ...]


def open_of(session: Session, event_id: int) -> list[ConflictView]:
    """The open ones of an event, the oldest first, each with all admitted scans of its ticket in their order."""
    rows = session.execute(
        select(Conflict, Ticket.order_code, Ticket.number, Tier.code)
        .outerjoin(Ticket, Ticket.id == Conflict.ticket_id)
        .outerjoin(Tier, Tier.id == Ticket.tier_id)
        .where(Conflict.event_id == event_id, Conflict.closed_at.is_(None))
        .order_by(Conflict.opened_at, Conflict.id)
    ).all()
    scans = _scans(session, [row.Conflict for row in rows])
    return [
        ConflictView(
            id=one.id,
            kind=one.kind,
            opened_at=one.opened_at,
            scan_id=one.scan_id,
            ticket_id=one.ticket_id,
            tier=tier or "",
            order=order or "",
            n=number or 0,
            scans=tuple(scans.get(one.ticket_id or one.scan_id, ())),
        )
        for one, order, number, tier in rows
    ]


def _scans(session: Session, conflicts: Sequence[Conflict]) -> dict[str, list[ScanView]]:
    tickets = {one.ticket_id for one in conflicts if one.ticket_id}
    alone = {one.scan_id for one in conflicts if not one.ticket_id}
    found = session.execute(
        select(Scan, Gate.code, Device.name)
        .join(Gate, Gate.id == Scan.gate_id)
        .join(Device, Device.id == Scan.device_id)
        .where(Scan.decision == "admit", Scan.ticket_id.in_(tickets) | Scan.id.in_(alone))
    ).all()
    views: dict[str, list[ScanView]] = {}
    for scan, gate, device in sorted(found, key=lambda row: (time_of(row[0]), row[0].id)):
        view = ScanView(scan.id, time_of(scan), gate, device, scan.kind, scan.mode)
        views.setdefault(scan.ticket_id or scan.id, []).append(view)
    return views


def close(session: Session, conflict_id: int, resolution: str, now: datetime, actor: str) -> bool:
    """Settle a conflict; False where it was settled already.

    `left`: one person less is inside (the scan's stay ends, of an exit one open stay of its ticket), `inside`: it is
    right as counted, `noted`. Raises Refused("bad_request", 400), Refused("not_found", 404).
    """
    if resolution not in RESOLUTIONS:
        raise Refused("bad_request", 400)
    ticket_id = session.execute(select(Conflict.ticket_id).where(Conflict.id == conflict_id)).one_or_none()
    if ticket_id is None:
        raise Refused("not_found", 404)
    if ticket_id[0] is not None:
        lock_ticket(session, ticket_id[0])
    mine = select(Conflict).where(Conflict.id == conflict_id).with_for_update()
    conflict = session.scalars(mine.execution_options(populate_existing=True)).one()
    if conflict.closed_at is not None:
        return False
    conflict.closed_at, conflict.closed_by, conflict.resolution = now, actor, resolution
    audit.record(session, now, actor, "conflict.close", f"conflict:{conflict_id}", resolution=resolution)
    _end_stay(session, conflict, resolution, now)
    return True


def _end_stay(session: Session, conflict: Conflict, resolution: str, now: datetime) -> None:
    stay = _stay_in_question(session, conflict) if resolution == LEFT else None
    # Of an exit people say whose it was; of an entry, that nobody of it is inside any more.
    word = conflict.scan_id if conflict.kind == "many_inside" else f"{stays.SETTLED_BY}{conflict.id}"
    moved = {} if stay is None else {stay.room_id: stays.leave(stay, word, stays.SETTLED, now)}
    if conflict.ticket_id is not None:
        for room_id, change in settle(session, conflict.ticket_id, now).items():
            moved[room_id] = moved.get(room_id, 0) + change
    device_id = session.scalars(select(Scan.device_id).where(Scan.id == conflict.scan_id)).one()
    for room_id, change in sorted(moved.items()):
        shift(session, Shift(room_id, conflict.event_id, device_id, inside=change), now)


def _stay_in_question(session: Session, conflict: Conflict) -> Stay | None:
    if conflict.ticket_id is None or conflict.kind != "many_inside":
        mine = select(Stay).where(Stay.scan_id == conflict.scan_id).with_for_update()
        found = session.scalars(mine.execution_options(populate_existing=True)).all()
    else:
        found = stays.open_of(session, conflict.ticket_id)
    waiting = [one for one in found if one.closed_at is None and one.left_scan_id is None]
    return min(waiting, key=lambda one: one.holder_id is not None, default=None)
