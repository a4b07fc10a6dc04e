"""What tests of the office's door need to have happened: tablets in contact, conflicts, supervisors."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from back_office import Office
from factories import House, Tablet
from ticketing.core.db import reading, writing
from ticketing.door import supervisors
from ticketing.door.models import Conflict, Occupancy, Scan, Station
from ticketing.events.models import Gate
from ticketing.staff.models import Device
from ticketing.tickets.code import code_hash
from ticketing.tickets.models import Ticket


def device_of(house: House, tablet: Tablet) -> Device:
    with house.app.app_context(), reading() as session:
        found: Device = session.scalars(select(Device).where(Device.id == tablet.facts["device"]["id"])).one()
        session.expunge(found)
        return found


def in_contact(house: House, tablet: Tablet, ago: timedelta = timedelta(0), permits: int = 0, **said: Any) -> None:
    """The tablet spoke so long ago and said this of itself; `permits` are kept for it in its room."""
    device, now = device_of(house, tablet), house.clock.now()
    with house.app.app_context(), writing() as session:
        room_id = session.scalars(select(Gate.room_id).where(Gate.id == device.gate_id)).one()
        row = session.get(Station, device.id) or Station(device_id=device.id, room_id=room_id, contact_at=now)
        before = row.permits or 0
        row.contact_at, row.permits, row.list_version = now - ago, permits, int(now.timestamp() * 1000)
        row.tested_at = now if "test" in said else row.tested_at
        for name, value in said.items():
            setattr(row, name, value)
        session.add(row)
        counter = update(Occupancy).where(Occupancy.room_id == room_id)
        session.execute(counter.values(reserved=Occupancy.reserved + permits - before))


def scan_row(house: House, tablet: Tablet, code: str, **facts: Any) -> str:
    """A scan made offline, as it stands in the database once it was sent; its id."""
    device, now = device_of(house, tablet), house.clock.now()
    with house.app.app_context(), writing() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.code_hash == code_hash(code))).one_or_none()
        values = {
            "id": str(uuid.uuid4()),
            "event_id": device.event_id,
            "device_id": device.id,
            "gate_id": device.gate_id,
            "room_id": session.scalars(select(Gate.room_id).where(Gate.id == device.gate_id)).one(),
            "ticket_id": ticket.id if ticket else None,
            "code_hash": code_hash(code)[:32],
            "kind": "entry",
            "decision": "admit",
            "mode": "offline",
            "scanned_at": now,
            "received_at": now,
            "clock_error_ms": 400,
        }
        session.add(Scan(**{**values, **facts}))
        return str({**values, **facts}["id"])


def conflict(house: House, tablet: Tablet, code: str, kind: str, **facts: Any) -> int:
    """An open conflict at a scan made offline; its id."""
    scan_id = scan_row(house, tablet, code, **facts)
    with house.app.app_context(), writing() as session:
        scan = session.get_one(Scan, scan_id)
        row = Conflict(
            event_id=scan.event_id,
            room_id=scan.room_id,
            ticket_id=scan.ticket_id,
            scan_id=scan.id,
            kind=kind,
            opened_at=house.clock.now(),
        )
        session.add(row)
        session.flush()
        return row.id


def supervisor(house: House, name: str, pin: str = "246810") -> int:
    """Somebody who may overrule; the id."""
    catalog = house.catalog()
    with house.app.app_context(), writing() as session:
        return supervisors.add(session, catalog.id, name, pin, house.clock.now(), "cli")


def shown(office: Office) -> dict[str, str]:
    """The figures of the first room by name."""
    facts = office.get("/door/figures.json").get_json()["figures"]
    return {name.partition("-")[2]: text for name, text in facts.items()}
