"""Rows for what only people can settle: one for each fact, opened when it is found, closed when it is explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.door.models import Conflict, Scan

JUDGED = ("double_entry", "many_inside")
"""Kinds that follow from all scans of a ticket: what is told late may explain them."""
SYSTEM, EXPLAINED = "system", "explained"


def is_closed_by_person(conflict: Conflict) -> bool:
    """Whether somebody has looked at it."""
    return conflict.closed_at is not None and conflict.closed_by != SYSTEM


def report(session: Session, scan: Scan, kind: str, now: datetime) -> None:
    """Open a conflict about this scan."""
    row = Conflict(event_id=scan.event_id, room_id=scan.room_id, ticket_id=scan.ticket_id, scan_id=scan.id)
    row.kind, row.opened_at = kind, now
    session.add(row)


def keep(
    session: Session, rows: Sequence[Conflict], scans: Mapping[str, Scan], wanted: set[tuple[str, str]], now: datetime
) -> None:
    """Have exactly the wanted (kind, scan id) of the judged kinds: what people closed stays closed."""
    known = {(one.kind, one.scan_id): one for one in rows if one.kind in JUDGED}
    for fact, row in known.items():
        if row.closed_at is None and fact not in wanted:
            row.closed_at, row.closed_by, row.resolution = now, SYSTEM, EXPLAINED
        elif row.closed_by == SYSTEM and fact in wanted:
            row.closed_at = row.closed_by = row.resolution = None
    for kind, scan_id in sorted(wanted - set(known)):
        report(session, scans[scan_id], kind, now)


def open_kinds(session: Session, scan_ids: Sequence[str]) -> dict[str, str]:
    """Which of these scans wait for somebody, and why."""
    found = select(Conflict.scan_id, Conflict.kind).where(Conflict.scan_id.in_(scan_ids), Conflict.closed_at.is_(None))
    return {scan_id: kind for scan_id, kind in session.execute(found.order_by(Conflict.id.desc()))}
