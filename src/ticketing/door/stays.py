"""Ending stays: what is common to exits, releases, undos, emptied rooms and supervisors. Only the holder may do it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.door.models import Scan, Stay

EXIT, UNDONE, EMPTIED, SETTLED = "exit", "undone", "emptied", "settled"
SETTLED_BY = "settled:"


def open_of(session: Session, ticket_id: str) -> list[Stay]:
    """All open stays of a ticket, locked, in a steady order."""
    mine = select(Stay).where(Stay.ticket_id == ticket_id, Stay.closed_at.is_(None)).order_by(Stay.scan_id)
    return list(session.scalars(mine.with_for_update().execution_options(populate_existing=True)))


def held_by(session: Session, device_id: str) -> list[Stay]:
    """All open stays that a tablet holds, locked, in a steady order."""
    its = select(Stay).where(Stay.holder_id == device_id, Stay.closed_at.is_(None)).order_by(Stay.scan_id)
    return list(session.scalars(its.with_for_update().execution_options(populate_existing=True)))


def close(stay: Stay, closing: str, now: datetime) -> int:
    """End a stay; the change of the room's count."""
    stay.closing, stay.closed_at = closing, now
    return -1


def leave(stay: Stay, mark: str, closing: str, now: datetime) -> int:
    """Somebody says that this person is out: ends the stay, or lets it wait for its holder's word.

    `mark` is the exit's scan id, an emptying's mark, or a conflict's. Returns the change of the room's count.
    """
    stay.left_scan_id = mark
    return close(stay, closing, now) if stay.holder_id is None else 0


def let_go(session: Session, stay: Stay, now: datetime) -> int:
    """Its holder gave the stay back to us; ends it where an exit waited. Returns the change of the room's count."""
    stay.holder_id = None
    if stay.left_scan_id is None:
        return 0
    return close(stay, _why(session, stay.left_scan_id), now)


def _why(session: Session, mark: str) -> str:
    if mark.startswith(SETTLED_BY):
        return SETTLED
    return EMPTIED if session.get(Scan, mark) is None else EXIT
