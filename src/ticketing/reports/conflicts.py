"""What came in from tablets that only people can settle, with the scans that it is about in their true order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ticketing.door.models import Conflict, Scan
from ticketing.events.models import Gate
from ticketing.staff.models import Device
from ticketing.tickets.models import Ticket

CLOSED_SHOWN = 100


@dataclass(frozen=True)
class ConflictScan:
    """One scan of it. `at` is the true time at the door as far as the tablet knew it, give or take `error_ms`;
    `questioned`: the one that the conflict was found at."""

    at: datetime
    gate: str
    device: str
    kind: str
    offline: bool
    error_ms: int | None
    override: str
    questioned: bool


@dataclass(frozen=True)
class ConflictLine:
    """One conflict; `code` (order code and number) is empty where no ticket of ours is concerned."""

    id: int
    kind: str
    opened_at: datetime
    code: str
    tier_id: int | None
    scans: tuple[ConflictScan, ...]
    closed_at: datetime | None
    closed_by: str
    resolution: str


def count_open(session: Session, event_id: int) -> int:
    """How many wait for somebody."""
    waiting = select(func.count()).select_from(Conflict)
    return session.scalar(waiting.where(Conflict.event_id == event_id, Conflict.closed_at.is_(None))) or 0


def open_ones(session: Session, event_id: int) -> list[ConflictLine]:
    """Those that wait for somebody, the oldest first."""
    mine = select(Conflict).where(Conflict.event_id == event_id, Conflict.closed_at.is_(None))
    return _lines(session, session.scalars(mine.order_by(Conflict.opened_at, Conflict.id)).all())


def closed_ones(session: Session, event_id: int) -> list[ConflictLine]:
    """Those that were closed, the newest first, at most a hundred."""
    mine = select(Conflict).where(Conflict.event_id == event_id, Conflict.closed_at.is_not(None))
    newest = mine.order_by(Conflict.closed_at.desc(), Conflict.id.desc()).limit(CLOSED_SHOWN)
    return _lines(session, session.scalars(newest).all())


def _lines(session: Session, conflicts: Sequence[Conflict]) -> list[ConflictLine]:
    tickets = {one.ticket_id for one in conflicts if one.ticket_id}
    known = {one.id: one for one in session.scalars(select(Ticket).where(Ticket.id.in_(tickets)))}
    scans = _scans(session, tickets, {one.scan_id for one in conflicts})
    return [_line(one, known.get(one.ticket_id or ""), scans) for one in conflicts]


def _line(conflict: Conflict, ticket: Ticket | None, scans: dict[str, list[tuple[Scan, str, str]]]) -> ConflictLine:
    mine = scans[conflict.ticket_id or conflict.scan_id]
    return ConflictLine(
        id=conflict.id,
        kind=conflict.kind,
        opened_at=conflict.opened_at,
        code=f"{ticket.order_code}-{ticket.number}" if ticket else "",
        tier_id=ticket.tier_id if ticket else None,
        scans=tuple(_shown(row, conflict.scan_id) for row in sorted(mine, key=lambda row: (_true(row[0]), row[0].id))),
        closed_at=conflict.closed_at,
        closed_by=conflict.closed_by or "",
        resolution=conflict.resolution or "",
    )


def _scans(session: Session, tickets: Iterable[str], scans: Iterable[str]) -> dict[str, list[tuple[Scan, str, str]]]:
    """Admitted scans by ticket, and those without a ticket by their own id."""
    rows = session.execute(
        select(Scan, Gate.code, Device.name)
        .join(Gate, Gate.id == Scan.gate_id)
        .join(Device, Device.id == Scan.device_id)
        .where(Scan.decision == "admit", or_(Scan.ticket_id.in_(tickets), Scan.id.in_(scans)))
    )
    found: dict[str, list[tuple[Scan, str, str]]] = defaultdict(list)
    for scan, gate, device in rows:
        found[scan.ticket_id or scan.id].append((scan, gate, device))
    return found


def _shown(row: tuple[Scan, str, str], questioned: str) -> ConflictScan:
    scan, gate, device = row
    return ConflictScan(
        at=_true(scan),
        gate=gate,
        device=device,
        kind=scan.kind,
        offline=scan.mode == "offline",
        error_ms=scan.clock_error_ms,
        override=scan.override_by or "",
        questioned=scan.id == questioned,
    )


def _true(scan: Scan) -> datetime:
    """When it was: offline by the tablet's corrected clock, online by ours."""
    return scan.scanned_at if scan.mode == "offline" else scan.received_at
