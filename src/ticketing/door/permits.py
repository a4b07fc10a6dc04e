"""Places that tablets may fill on their own: granted, returned, and freed when a person writes a tablet off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.errors import Refused
from ticketing.door import stays
from ticketing.door.levels import Levels, Shift, locked, shift
from ticketing.door.models import PermitMove, Station, Stay
from ticketing.door.stations import IN_CONTACT, facts_changed
from ticketing.staff import devices
from ticketing.staff.models import Device

GRANT, RETURN = "grant", "return"


@dataclass(frozen=True)
class Move:
    """Places on their way, numbered on each way."""

    n: int
    permits: int


@dataclass(frozen=True)
class Holding:
    """What a tablet holds after an exchange. `reserve` is how much it should, `new` what it was granted just now."""

    levels: Levels
    reserve: int
    new: Sequence[Move]


def station_of(session: Session, device_id: str) -> Station | None:
    """The tablet's station, locked."""
    mine = select(Station).where(Station.device_id == device_id).with_for_update()
    return session.scalars(mine.execution_options(populate_existing=True)).one_or_none()


def join(session: Session, device: Device, room_id: int, now: datetime) -> Station:
    """The tablet takes part in the protocol from its first call on. Its station, locked.

    Raises Refused("device_revoked", 401) for one that was written off in this very moment.
    """
    station = station_of(session, device.id)
    if station is None:
        station = Station(device_id=device.id, room_id=room_id, contact_at=now)
        session.add(station)
        session.flush()
    if station.written_off_at is not None:
        raise Refused("device_revoked", 401)
    station.contact_at = now
    return station


def release(session: Session, device: Device, ids: Sequence[str], now: datetime) -> None:
    """The tablet lets go of these stays: we hold them now, and those on which an exit waits end. Others are not its."""
    mine = select(Stay).where(Stay.scan_id.in_(ids), Stay.holder_id == device.id, Stay.closed_at.is_(None))
    mine = mine.order_by(Stay.scan_id).with_for_update().execution_options(populate_existing=True)
    moved: Counter[int] = Counter()
    for stay in session.scalars(mine).all():
        moved[stay.room_id] += stays.let_go(session, stay, now)
    for room_id, change in sorted(moved.items()):
        shift(session, Shift(room_id, device.event_id, device.id, inside=change), now)


def exchange(session: Session, device: Device, station: Station, returns: Sequence[Move], now: datetime) -> Holding:
    """Take returns in, each once, or top the tablet up to what it should hold.

    Never both: who gives the last place back, to ask for it at once, would be handed it again.
    """
    back = _take_returns(session, station, returns, now)
    station.permits -= back
    levels = locked(session, station.room_id)
    if back:
        levels = shift(session, Shift(station.room_id, device.event_id, device.id, reserved=-back), now)
    session.flush()
    reserve = _target(session, station.room_id, levels, now)
    wanted = reserve - station.permits
    new = min(wanted, levels.free) if not returns and wanted >= max(1, reserve // 4) else 0
    if new <= 0:
        return Holding(levels, reserve, ())
    station.granted += 1
    station.permits += new
    session.add(PermitMove(device_id=device.id, way=GRANT, n=station.granted, permits=new, at=now))
    levels = shift(session, Shift(station.room_id, device.event_id, device.id, reserved=new), now)
    return Holding(levels, reserve, (Move(station.granted, new),))


def _take_returns(session: Session, station: Station, returns: Sequence[Move], now: datetime) -> int:
    """Returns count in their order; one above what the tablet holds waits, because scans before it are under way."""
    last, back = last_return(session, station.device_id), 0
    for one in sorted(returns, key=lambda move: move.n):
        if one.n <= last:
            continue
        if back + one.permits > station.permits:
            break
        session.add(PermitMove(device_id=station.device_id, way=RETURN, n=one.n, permits=one.permits, at=now))
        last, back = one.n, back + one.permits
    return back


def last_return(session: Session, device_id: str) -> int:
    """The number of the last return that counts."""
    its = select(func.max(PermitMove.n)).where(PermitMove.device_id == device_id, PermitMove.way == RETURN)
    return session.scalar(its) or 0


def grants_after(session: Session, device_id: str, n: int) -> list[Move]:
    """Every grant with a higher number."""
    its = select(PermitMove.n, PermitMove.permits).where(PermitMove.device_id == device_id, PermitMove.way == GRANT)
    return [Move(number, permits) for number, permits in session.execute(its.where(PermitMove.n > n).order_by("n"))]


def _target(session: Session, room_id: int, levels: Levels, now: datetime) -> int:
    """An even share of what is not taken, with one share for the server: shrinks to nought as the room fills.

    What tablets out of contact keep is not there to be shared.
    """
    in_contact = and_(Device.revoked_at.is_(None), Station.contact_at >= now - IN_CONTACT)
    kept = func.coalesce(func.sum(case((in_contact, 0), else_=Station.permits)), 0)
    sharing = func.coalesce(func.sum(case((in_contact, 1), else_=0)), 0)
    of_room = (Station.room_id == room_id, Station.written_off_at.is_(None))
    rows = select(sharing, kept).join(Device, Device.id == Station.device_id).where(*of_room)
    count, away = session.execute(rows).one()
    return max(0, levels.capacity - levels.people - int(away)) // (int(count) + 1)


def write_off(session: Session, device_id: str, now: datetime, actor: str) -> bool:
    """Give a tablet up for good: it may not ask any more, its places are free, its stays are ours.

    Only a person can know that it lets nobody in any more. False where that was done before.
    """
    stays.held_by(session, device_id)
    station = station_of(session, device_id)
    if station is None or station.written_off_at is not None:
        return devices.revoke(session, device_id, now, actor)
    devices.revoke(session, device_id, now, actor)
    device = session.get_one(Device, device_id)
    freed, station.permits, station.written_off_at = station.permits, 0, now
    moved: Counter[int] = Counter()
    taken = stays.held_by(session, device_id)  # with those that came in before the station was locked
    for stay in taken:
        moved[stay.room_id] += stays.let_go(session, stay, now)
    moved[station.room_id] += 0
    for room_id, change in sorted(moved.items()):
        back = freed if room_id == station.room_id else 0
        shift(session, Shift(room_id, device.event_id, device_id, inside=change, reserved=-back), now)
    facts_changed(session, device.event_id)
    audit.record(session, now, actor, "device.write_off", f"device:{device_id}", permits=freed, stays=len(taken))
    return True
