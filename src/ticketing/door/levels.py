"""The counters of a room as the slow paths change them: locked last of all rows, and free with the transaction.

Lock order of everything that writes here: ticket, presence, stays, the scan, then the station, the room's counter last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core.db import add_rows
from ticketing.core.ids import new_id
from ticketing.door.models import Count, Occupancy
from ticketing.events.models import Room


@dataclass(frozen=True)
class Levels:
    """What the counters of a room say. `reserved` places are with tablets, `free` ones with nobody."""

    inside: int
    untracked: int
    reserved: int
    capacity: int

    @property
    def people(self) -> int:
        """Everybody in the room."""
        return self.inside + self.untracked

    @property
    def free(self) -> int:
        """Places that anybody may take; below zero where the limit was lowered under what is in use."""
        return self.capacity - self.people - self.reserved


@dataclass(frozen=True)
class Shift:
    """A change of a room's counters, and the tablet that it comes from."""

    room_id: int
    event_id: int
    device_id: str
    inside: int = 0
    reserved: int = 0


def locked(session: Session, room_id: int) -> Levels:
    """The counters, which nobody else changes until this transaction ends."""
    row = session.execute(
        select(Occupancy.inside, Occupancy.untracked, Occupancy.reserved, Room.capacity)
        .join(Room, Room.id == Occupancy.room_id)
        .where(Occupancy.room_id == room_id)
        .with_for_update(of=Occupancy)
    ).one()
    return Levels(row.inside, row.untracked, row.reserved, row.capacity)


def shift(session: Session, change: Shift, now: datetime) -> Levels:
    """Change the counters, whatever the limit says: people who are in are in. The counters as they are then.

    Who is scanned out after being tapped out was counted out twice: a tap takes the first one back.
    """
    before = locked(session, change.room_id)
    back = max(0, -(before.people + change.inside))
    tap = {"event_id": change.event_id, "device_id": change.device_id, "room_id": change.room_id}
    fixed = {"delta": 1, "what": "left", "decision": "admit", "at": now}
    if back:
        add_rows(session, Count, [{"id": new_id(), **tap, **fixed} for _ in range(back)])
    after = Levels(
        before.inside + change.inside, before.untracked + back, before.reserved + change.reserved, before.capacity
    )
    room = update(Occupancy).where(Occupancy.room_id == change.room_id)
    values = {"inside": after.inside, "untracked": after.untracked, "reserved": after.reserved}
    session.execute(room.values(**values).execution_options(synchronize_session=False))
    return after
