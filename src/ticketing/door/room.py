"""What people decide about a room: its limit, and that it is empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.errors import Refused
from ticketing.door import stays
from ticketing.door.levels import locked
from ticketing.door.models import Emptying, Occupancy, Presence, Stay
from ticketing.events.models import Event, Gate, Program, Room

HIGHEST_LIMIT = 1_000_000


@dataclass(frozen=True)
class Emptied:
    """What an emptying did: how many stays ended, how many wait for the tablets that hold them."""

    closed: int
    waiting: int


def set_limit(session: Session, event_id: int, room_id: int, capacity: int, now: datetime, actor: str) -> None:
    """Change how many people the room may hold, while it is in use too; tablets learn of it with their next contact.

    Fewer than are inside is allowed: nobody else comes in then. Raises Refused("limit_invalid", 400) unless the limit
    is above zero, Refused("not_found", 404) for a room that is not this event's.
    """
    if not 0 < capacity <= HIGHEST_LIMIT:
        raise Refused("limit_invalid", 400)
    of_event = exists().where(Gate.room_id == Room.id, Gate.event_id == event_id) | exists().where(
        Program.room_id == Room.id, Program.event_id == event_id
    )
    room = session.scalars(select(Room).where(Room.id == room_id, of_event).with_for_update()).one_or_none()
    if room is None:
        raise Refused("not_found", 404)
    before, room.capacity = room.capacity, capacity
    session.flush()
    sharing = update(Event).where(Event.venue_id == room.venue_id).values(revision=Event.revision + 1)
    session.execute(sharing.execution_options(synchronize_session=False))
    audit.record(session, now, actor, "room.limit", f"room:{room_id}", before=before, after=capacity)


def empty(session: Session, room_id: int, mark: str, now: datetime, actor: str) -> Emptied:
    """Somebody looked: the room is empty. The same `mark` (a UUID made by who asks) counts once.

    Stays end; those that tablets hold wait for them. Taps count from nought again. Who comes in at this very moment
    stays in.
    """
    if session.scalar(select(Emptying.id).where(Emptying.room_id == room_id, Emptying.by.startswith(f"{mark} "))):
        return Emptied(0, 0)
    tickets = _lock_present(session, room_id)
    found = select(Stay).where(Stay.room_id == room_id, Stay.closed_at.is_(None), Stay.left_scan_id.is_(None))
    found = found.order_by(Stay.scan_id).with_for_update().execution_options(populate_existing=True)
    gone = [stay for stay in session.scalars(found) if stay.ticket_id is None or stay.ticket_id in tickets]
    closed = -sum(stays.leave(stay, mark, stays.EMPTIED, now) for stay in gone)
    _mark_absent(session, room_id, now)
    before = locked(session, room_id)
    session.add(
        Emptying(room_id=room_id, at=now, by=f"{mark} {actor}"[:100], inside=before.inside, untracked=before.untracked)
    )
    counter = update(Occupancy).where(Occupancy.room_id == room_id)
    session.execute(
        counter.values(inside=before.inside - closed, untracked=0).execution_options(synchronize_session=False)
    )
    facts = {"inside": before.inside, "untracked": before.untracked, "waiting": len(gone) - closed}
    audit.record(session, now, actor, "room.empty", f"room:{room_id}", mark=mark, **facts)
    return Emptied(closed, len(gone) - closed)


def _lock_present(session: Session, room_id: int) -> set[str]:
    present = select(Presence.ticket_id).where(Presence.room_id == room_id, Presence.inside.is_(True))
    return set(session.scalars(present.order_by(Presence.ticket_id).with_for_update()))


def _mark_absent(session: Session, room_id: int, now: datetime) -> None:
    """Tickets of which no open stay is left are out. Their rows are locked, so nothing moves in between."""
    session.flush()
    still = exists().where(Stay.ticket_id == Presence.ticket_id, Stay.closed_at.is_(None), Stay.left_scan_id.is_(None))
    absent = update(Presence).where(Presence.room_id == room_id, Presence.inside.is_(True), ~still)
    values = {"inside": False, "open_scan_id": None, "changed_at": now}
    session.execute(absent.values(**values).execution_options(synchronize_session=False))
