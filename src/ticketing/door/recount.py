"""Recounting: who should be inside, from the scans and taps themselves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.door.models import Count, Occupancy, Presence, Scan
from ticketing.events.models import Room


def wrong_rooms(session: Session) -> Iterator[str]:
    """A line for each room whose counters are not what its scans and taps come to."""
    tapped = select(Count.room_id, func.sum(Count.delta)).where(Count.decision == "admit").group_by(Count.room_id)
    taps = {room_id: int(total) for room_id, total in session.execute(tapped)}
    steps: dict[int, int] = {}
    rows = session.execute(
        select(Scan.room_id, Scan.kind, func.count()).where(Scan.decision == "admit").group_by(Scan.room_id, Scan.kind)
    )
    for room_id, kind, count in rows:
        steps[room_id] = steps.get(room_id, 0) + (count if kind == "entry" else -count)
    admitted = select(Presence.room_id, func.count()).where(Presence.inside.is_(True)).group_by(Presence.room_id)
    present = {room_id: int(count) for room_id, count in session.execute(admitted)}
    for row, capacity in session.execute(select(Occupancy, Room.capacity).join(Room, Room.id == Occupancy.room_id)):
        for name, counted, expected in (
            ("inside", row.inside, steps.get(row.room_id, 0)),
            ("present tickets", present.get(row.room_id, 0), row.inside),
            ("untracked", row.untracked, taps.get(row.room_id, 0)),
        ):
            if counted != expected:
                yield f"room {row.room_id}: {name} says {counted}, scans and taps say {expected}"
        if row.inside + row.untracked > capacity:
            yield f"room {row.room_id}: {row.inside + row.untracked} people, {capacity} allowed"
