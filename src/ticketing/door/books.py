"""What one scan of a tablet changes in the counters: gathered first, booked last, its station before the room."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.door import stays
from ticketing.door.levels import Levels, Shift, shift
from ticketing.door.models import Conflict, Scan, Station, Stay
from ticketing.door.permits import station_of
from ticketing.door.reported import SYSTEM, report
from ticketing.staff.models import Device

COVERED = "covered"


@dataclass
class Books:
    """What changes in the counters: people by room, and the tablet's permits."""

    device: Device
    now: datetime
    moved: Counter[int] = field(default_factory=Counter)
    permits: int = 0


def turn_back(session: Session, books: Books, stay_id: str, word: str, closing: str = stays.EXIT) -> bool:
    """The tablet turned a stay that it holds back into a permit. A stay that it does not hold stays as it is."""
    mine = select(Stay).where(Stay.scan_id == stay_id, Stay.holder_id == books.device.id, Stay.closed_at.is_(None))
    stay = session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if stay is None:
        return False
    stay.left_scan_id = word
    books.moved[stay.room_id] += stays.close(stay, closing, books.now)
    books.permits += 1
    return True


def book(session: Session, books: Books, row: Scan) -> None:
    """The tablet's station, then the counters of the rooms, in that order and last of all."""
    station = station_of(session, row.device_id)
    if station is not None and station.written_off_at is not None:
        raise Refused("device_revoked", 401)
    reserved, covered = _permit(session, books, row, station)
    levels: Levels | None = None
    rooms = {room_id for room_id, change in books.moved.items() if change}
    rooms |= {station.room_id} if station and reserved else set()
    for room_id in sorted(rooms):
        kept = reserved if station and room_id == station.room_id else 0
        change = Shift(room_id, row.event_id, row.device_id, inside=books.moved[room_id], reserved=kept)
        after = shift(session, change, books.now)
        levels = after if room_id == row.room_id else levels
    entered = row.kind == "entry" and row.decision == "admit" and not row.undoes
    if not covered or (entered and row.permit is None and levels is not None and levels.free < 0):
        report(session, row, "over_limit", books.now)
    session.flush()


def _permit(session: Session, books: Books, row: Scan, station: Station | None) -> tuple[int, bool]:
    """Change the tablet's permits; the change of the room's reserved places, and whether the entry was covered."""
    entered = row.kind == "entry" and row.decision == "admit" and (row.permit or not row.undoes)
    if station is None or not (books.permits or entered):
        return 0, True
    net = books.permits
    if net > 0:
        net = 0 if _pays_debt(session, row, books.now) else net
        station.permits += net
        return net, True
    if net < 0:
        net = -1 if station.permits > 0 else 0
        station.permits += net
        return net, net < 0
    return 0, row.permit is not False


def _pays_debt(session: Session, row: Scan, now: datetime) -> bool:
    """A permit that was spent before we heard how the tablet came by it is covered now."""
    owed = (
        select(Conflict)
        .join(Scan, Scan.id == Conflict.scan_id)
        .where(
            Conflict.kind == "over_limit",
            Conflict.closed_at.is_(None),
            Scan.device_id == row.device_id,
            Scan.permit.is_(True),
            Scan.seq > (row.seq or 0),
        )
    )
    debt = session.scalars(owed.order_by(Conflict.id).limit(1)).one_or_none()
    if debt is None:
        return False
    debt.closed_at, debt.closed_by, debt.resolution = now, SYSTEM, COVERED
    return True
