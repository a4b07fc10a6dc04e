"""Scans off the beaten path, in a transaction of the session: a supervisor overrules the door, or somebody leaves whose
stay a tablet holds or whose ticket several are inside with."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ticketing.core.batch import Unmet
from ticketing.core.db import writing
from ticketing.door import scan
from ticketing.door.asked import Asked
from ticketing.door.history import lock_ticket, settle
from ticketing.door.levels import Levels, Shift, locked, shift
from ticketing.door.models import Presence, Scan, Stay
from ticketing.door.reported import report


class _Full(Exception):
    """There is no free place: nothing was written."""


def write(row: Any, asked: Asked, now: datetime) -> tuple[str | None, int]:
    """Admit this scan; the reason where an override finds no free place, and how many people are inside then.

    Raises Unmet where the ticket stands differently by now, IntegrityError when this very scan was recorded meanwhile.
    """
    try:
        with writing() as session:
            levels = _leave(session, row, asked, now) if asked.kind == "exit" else _overrule(session, row, asked, now)
            return None, levels.people
    except _Full:
        return "room_full", scan.write(row, asked, "room_full", now)


def _leave(session: Session, row: Any, asked: Asked, now: datetime) -> Levels:
    lock_ticket(session, row.ticket_id)
    presence = session.get(Presence, row.ticket_id)
    if presence is None or not presence.inside or presence.open_scan_id is not None:
        raise Unmet
    session.add(Scan(**scan.noted(row, asked, None, now)))
    return _count(session, row, settle(session, row.ticket_id, now), now)


def _overrule(session: Session, row: Any, asked: Asked, now: datetime) -> Levels:
    noted = scan.noted(row, asked, None, now)
    ticket_id = row.ticket_id if row.ticket_event_id == row.event_id else None
    entry = Scan(**{**noted, "ticket_id": ticket_id})
    if ticket_id is not None:
        lock_ticket(session, ticket_id, entry)
    session.add(entry)
    session.flush()
    session.add(Stay(scan_id=entry.id, event_id=entry.event_id, ticket_id=ticket_id, room_id=entry.room_id))
    session.flush()
    if ticket_id is None:
        report(session, entry, "unknown_entry", now)
    moved = Counter({entry.room_id: 1})
    moved.update(settle(session, ticket_id, now) if ticket_id is not None else {})
    levels = _count(session, row, moved, now)
    if levels.free < 0:
        raise _Full
    return levels


def _count(session: Session, row: Any, moved: Counter[int], now: datetime) -> Levels:
    session.flush()
    found: Levels | None = None
    for room_id, change in sorted(moved.items()):
        after = shift(session, Shift(room_id, row.event_id, row.device_id, inside=change), now)
        found = after if room_id == row.room_id else found
    return found or locked(session, row.room_id)
