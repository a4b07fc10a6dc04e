"""Recounting: who should be inside and what tablets should hold, from stays, scans, permit moves and taps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from ticketing.door.models import Conflict, Count, Emptying, Occupancy, PermitMove, Presence, Scan, Station, Stay
from ticketing.door.stays import SETTLED_BY
from ticketing.events.models import Room


def wrong_rooms(session: Session) -> Iterator[str]:
    """A line for each counter of a room, ticket or tablet that is not what the rows behind it come to."""
    yield from _rooms(session)
    yield from _entries_without_a_stay(session)
    yield from _ends_without_a_word(session)
    yield from _presences(session)
    yield from _stations(session)


def _rooms(session: Session) -> Iterator[str]:
    open_stays = _sums(session, select(Stay.room_id, func.count()).where(Stay.closed_at.is_(None)), Stay.room_id)
    kept = _sums(session, select(Station.room_id, func.sum(Station.permits)), Station.room_id)
    admitted = select(Count.room_id, func.sum(Count.delta)).where(Count.decision == "admit")
    taps = _sums(session, admitted, Count.room_id)
    # An empty room sets the counter of taps to nought: what it said then counts no more.
    taps.subtract(_sums(session, select(Emptying.room_id, func.sum(Emptying.untracked)), Emptying.room_id))
    for row, capacity in session.execute(select(Occupancy, Room.capacity).join(Room, Room.id == Occupancy.room_id)):
        for name, counted, expected in (
            ("inside", row.inside, open_stays[row.room_id]),
            ("reserved", row.reserved, kept[row.room_id]),
            ("untracked", row.untracked, taps[row.room_id]),
        ):
            if counted != expected:
                yield f"room {row.room_id}: {name} says {counted}, scans and taps say {expected}"
        if row.inside + row.untracked > capacity:
            yield f"room {row.room_id}: {row.inside + row.untracked} people, {capacity} allowed"


def _sums(session: Session, rows: Any, group: Any) -> Counter[int]:
    return _counted(session, rows.group_by(group))


def _counted(session: Session, rows: Any) -> Counter[Any]:
    return Counter({key: int(total) for key, total in session.execute(rows)})


def _entries_without_a_stay(session: Session) -> Iterator[str]:
    entries: Any = select(Scan.id, Scan.undoes, Scan.permit, Stay.scan_id).outerjoin(Stay, Stay.scan_id == Scan.id)
    wrong = or_(
        (Scan.kind == "entry") & (Scan.decision == "admit") & Stay.scan_id.is_(None),
        ((Scan.kind != "entry") | (Scan.decision != "admit")) & Stay.scan_id.is_not(None),
    )
    for scan_id, undoes, permit, stay_id in session.execute(entries.where(wrong)):
        if stay_id is not None:
            yield f"scan {scan_id} let nobody in, but has a stay"
        elif undoes is None or permit:
            yield f"scan {scan_id} let somebody in, but has no stay"


def _ends_without_a_word(session: Session) -> Iterator[str]:
    """A stay ends because of a scan, of an empty room, or of what a person settled: without one nobody has left."""
    scanned = select(Scan.id).where(Scan.id == Stay.left_scan_id).exists()
    ended = select(Stay.scan_id, Stay.left_scan_id).where(Stay.closed_at.is_not(None))
    marks = {by.partition(" ")[0] for by in session.scalars(select(Emptying.by))}
    marks |= {f"{SETTLED_BY}{conflict_id}" for conflict_id in session.scalars(select(Conflict.id))}
    for stay_id, word in session.execute(ended.where(or_(Stay.left_scan_id.is_(None), ~scanned))):
        if word not in marks:
            yield f"stay {stay_id} has ended, but nobody said so"


def _presences(session: Session) -> Iterator[str]:
    """A ticket is inside where a stay of it is open that nobody has left."""
    there = select(Stay.ticket_id, func.count()).where(Stay.closed_at.is_(None), Stay.left_scan_id.is_(None))
    inside = _counted(session, there.where(Stay.ticket_id.is_not(None)).group_by(Stay.ticket_id))
    rows = session.execute(
        select(Presence.ticket_id, Presence.inside, Presence.open_scan_id, Stay)
        .outerjoin(Stay, Stay.scan_id == Presence.open_scan_id)
        .where(or_(Presence.inside.is_(True), Presence.ticket_id.in_(inside), Presence.open_scan_id.is_not(None)))
    )
    for ticket_id, is_inside, open_id, stay in rows:
        count = inside.pop(ticket_id, 0)
        if is_inside != bool(count):
            yield f"ticket {ticket_id}: inside says {is_inside}, open stays say {count}"
        if open_id and (stay is None or stay.closed_at or stay.left_scan_id or stay.holder_id or count != 1):
            yield f"ticket {ticket_id}: its stay {open_id} is not the one that the server holds"
    for ticket_id in inside:
        yield f"ticket {ticket_id} has an open stay, but no presence"


def _stations(session: Session) -> Iterator[str]:
    """A tablet holds what it was granted, less what it gave back and spent, and what it got for exits."""
    moved: Counter[str] = Counter()
    for device_id, way, total in session.execute(
        select(PermitMove.device_id, PermitMove.way, func.sum(PermitMove.permits)).group_by(
            PermitMove.device_id, PermitMove.way
        )
    ):
        moved[device_id] += int(total) if way == "grant" else -int(total)
    moved.subtract(_spent(session))
    moved.update(_gained(session))
    for station in session.scalars(select(Station)):
        expected = 0 if station.written_off_at else moved[station.device_id]
        if station.permits != expected:
            yield f"tablet {station.device_id}: permits says {station.permits}, moves and scans say {expected}"


def _spent(session: Session) -> Counter[str]:
    """Entries with a permit, but for those that no permit covered."""
    bare = select(Conflict.id).where(Conflict.scan_id == Scan.id, Conflict.kind == "over_limit")
    bare = bare.where(or_(Conflict.resolution.is_(None), Conflict.resolution != "covered"))
    rows = select(Scan.device_id, func.count()).where(
        Scan.kind == "entry", Scan.decision == "admit", Scan.permit.is_(True), ~bare.exists()
    )
    return _counted(session, rows.group_by(Scan.device_id))


def _gained(session: Session) -> Counter[str]:
    """Stays that the tablet which let the person in, alone, turned back into a permit."""
    entry = aliased(Scan)
    rows = (
        select(Scan.device_id, func.count())
        .join(Stay, Stay.left_scan_id == Scan.id)
        .join(entry, entry.id == Stay.scan_id)
        .where(Stay.holder_id == Scan.device_id, Stay.closed_at.is_not(None), entry.device_id == Scan.device_id)
    )
    return _counted(session, rows.group_by(Scan.device_id))
