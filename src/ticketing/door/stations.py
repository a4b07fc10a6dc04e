"""Tablets as the office sees them: who is there, how they fare, what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ticketing.door.models import Station, Stay
from ticketing.events.models import Event, Gate
from ticketing.staff.models import Device

IN_CONTACT = timedelta(seconds=30)


@dataclass(frozen=True)
class StationView:
    """A tablet. What it never told, or told us nothing of because it only scans online, is None.

    `permits` are the places it may fill on its own, `stays_held` the people whose exit it may book on its own.
    `list_age_s` is the age of its list in seconds, `clock_offset_ms` how far its clock is behind ours.
    """

    device_id: str
    name: str
    gate_code: str
    paired_at: datetime
    revoked_at: datetime | None
    contact_at: datetime | None
    online: bool
    battery: int | None
    queued: int | None
    list_age_s: int | None
    permits: int
    stays_held: int
    clock_offset_ms: int | None
    test: dict[str, Any] | None
    tested_at: datetime | None
    written_off_at: datetime | None


def of_event(session: Session, event_id: int, now: datetime) -> list[StationView]:
    """All tablets of an event, revoked ones too, by name."""
    counted = session.execute(
        select(Stay.holder_id, func.count())
        .where(Stay.event_id == event_id, Stay.holder_id.is_not(None), Stay.closed_at.is_(None))
        .group_by(Stay.holder_id)
    )
    held = {holder_id: int(count) for holder_id, count in counted}
    rows = session.execute(
        select(Device, Gate.code, Station)
        .join(Gate, Gate.id == Device.gate_id)
        .outerjoin(Station, Station.device_id == Device.id)
        .where(Device.event_id == event_id)
        .order_by(Device.name)
    )
    return [_view(device, gate, station, held.get(device.id, 0), now) for device, gate, station in rows]


def _view(device: Device, gate: str, station: Station | None, held: int, now: datetime) -> StationView:
    said = station or Station(permits=0, list_version=0)
    contact_at = station.contact_at if station else None
    return StationView(
        device_id=device.id,
        name=device.name,
        gate_code=gate,
        paired_at=device.paired_at,
        revoked_at=device.revoked_at,
        contact_at=contact_at,
        online=contact_at is not None and device.revoked_at is None and now - contact_at <= IN_CONTACT,
        battery=said.battery,
        queued=said.queued,
        list_age_s=_age(said.list_version, now),
        permits=said.permits,
        stays_held=held,
        clock_offset_ms=said.clock_offset_ms,
        test=said.test,
        tested_at=said.tested_at,
        written_off_at=said.written_off_at,
    )


def _age(list_version: int, now: datetime) -> int | None:
    return max(0, int(now.timestamp() - list_version / 1000)) if list_version else None


def facts_changed(session: Session, event_id: int) -> None:
    """Raise the event's revision: tablets and caches then read its facts anew."""
    event = update(Event).where(Event.id == event_id).values(revision=Event.revision + 1)
    session.execute(event.execution_options(synchronize_session=False))
