"""One scan: one transaction of four statements, of two for a refusal.

Everything is read at once, the pure rule decides, and conditional writes make sure that what was read still holds:
where it does not (the same ticket at two gates, the last place at two gates), the scan starts again on fresh facts.
The room's row, which all gates share, is written last, so that it stays locked for the shortest time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from ticketing.core.batch import Done, Step, adding, run_together
from ticketing.core.db import insert_or
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.door.models import Count, Occupancy, Presence, Scan
from ticketing.events.models import Event, Gate, Room
from ticketing.staff.models import Device
from ticketing.tickets.models import Ticket

TRIES = 8


class Moved(Exception):
    """What was read no longer held when it was to be written."""


@dataclass(frozen=True)
class Asked:
    """A scan as the tablet sends it. `code_hash` is empty where the text was no ticket code."""

    id: str
    code_hash: str
    kind: str
    scanned_at: datetime


@cache
def read_statement() -> Any:
    """All facts of one scan by token, code and scan id; one row, or none for an unknown token."""
    first_gate, last_gate = aliased(Gate), aliased(Gate)
    first_device, last_device = aliased(Device), aliased(Device)
    return (
        select(
            Device.id.label("device_id"),
            Device.revoked_at,
            Device.event_id,
            Device.gate_id,
            Gate.room_id,
            Gate.code.label("gate"),
            Room.capacity,
            Event.revision,
            Occupancy.inside.label("inside"),
            Occupancy.untracked,
            Ticket.id.label("ticket_id"),
            Ticket.event_id.label("ticket_event_id"),
            Ticket.tier_id,
            Ticket.state.label("ticket_state"),
            Ticket.attendee,
            Presence.inside.label("present"),
            Presence.entries,
            Presence.room_id.label("present_room_id"),
            Presence.first_scan_id,
            Presence.first_at,
            first_gate.code.label("first_gate"),
            first_device.name.label("first_device"),
            Presence.last_at,
            last_gate.code.label("last_gate"),
            last_device.name.label("last_device"),
            Scan.decision.label("prior_decision"),
            Scan.reason.label("prior_reason"),
            Scan.device_id.label("prior_device_id"),
            Scan.code_hash.label("prior_code_hash"),
            Scan.kind.label("prior_kind"),
        )
        .select_from(Device)
        .join(Gate, Gate.id == Device.gate_id)
        .join(Room, Room.id == Gate.room_id)
        .join(Event, Event.id == Device.event_id)
        .join(Occupancy, Occupancy.room_id == Room.id)
        .outerjoin(Ticket, Ticket.code_hash == bindparam("code_hash"))
        .outerjoin(Presence, Presence.ticket_id == Ticket.id)
        .outerjoin(first_gate, first_gate.id == Presence.first_gate_id)
        .outerjoin(first_device, first_device.id == Presence.first_device_id)
        .outerjoin(last_gate, last_gate.id == Presence.last_gate_id)
        .outerjoin(last_device, last_device.id == Presence.last_device_id)
        .outerjoin(Scan, Scan.id == bindparam("scan_id"))
        .where(Device.token_hash == bindparam("token_hash"))
    )


def read(connection: Connection, token_hash: str, asked: Asked) -> Any:
    """The facts; raises Refused("device_revoked", 401) for a tablet that may not ask."""
    values = {"token_hash": token_hash, "code_hash": asked.code_hash, "scan_id": asked.id}
    row = connection.execute(read_statement(), values).one_or_none()
    if row is None or row.revoked_at is not None:
        raise Refused("device_revoked", 401)
    return row


@cache
def _enter_statement(dialect: str) -> Any:
    first: dict[str, Any] = {name: bindparam(name) for name in ("ticket_id", "room_id", "first_scan_id")}
    both: dict[str, Any] = {
        f"{which}_{what}": bindparam(what) for which in ("first", "last") for what in ("at", "gate_id", "device_id")
    }
    statement = insert_or(Presence, dialect).values(inside=True, entries=1, **first, **both)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["ticket_id"],
        set_={
            "inside": True,
            "room_id": new.room_id,
            "entries": Presence.entries + 1,
            "last_at": new.last_at,
            "last_gate_id": new.last_gate_id,
            "last_device_id": new.last_device_id,
        },
        where=Presence.inside.is_(False),
    )


@cache
def _leave_statement() -> Any:
    return (
        update(Presence)
        .where(Presence.ticket_id == bindparam("the_ticket"), Presence.inside.is_(True))
        .values(
            inside=False,
            last_at=bindparam("at"),
            last_gate_id=bindparam("gate_id"),
            last_device_id=bindparam("device_id"),
        )
    )


@cache
def _room_statement(step: int) -> Any:
    """One person more or fewer; more only while the room's limit, as it is set now, allows."""
    limit = select(Room.capacity).where(Room.id == Occupancy.room_id).scalar_subquery()
    room = update(Occupancy).where(Occupancy.room_id == bindparam("the_room"))
    people = Occupancy.inside + Occupancy.untracked
    room = room.where(people < limit) if step > 0 else room.where(Occupancy.inside > 0, people > 0)
    return room.values(inside=Occupancy.inside + step).returning(Occupancy.inside + Occupancy.untracked)


def write(connection: Connection, row: Any, asked: Asked, reason: str | None, now: datetime) -> int:
    """Record the scan and what follows from it; returns how many people are inside then.

    Raises Moved when somebody else changed the ticket or the room since `row` was read.
    """
    noted = _note(row, asked, reason, now)
    if reason is not None:
        run_together(connection, [noted])
        return int(row.inside + row.untracked)
    step = 1 if asked.kind == "entry" else -1
    ticket, _, room = run_together(
        connection,
        [_move_ticket(connection, row, asked, now), noted, (_room_statement(step), {"the_room": row.room_id})],
    )
    if ticket.count != 1:
        raise Moved
    return _people(connection, row, asked, now, room)


def _note(row: Any, asked: Asked, reason: str | None, now: datetime) -> Step:
    values = {
        "id": asked.id,
        "event_id": row.event_id,
        "device_id": row.device_id,
        "gate_id": row.gate_id,
        "room_id": row.room_id,
        "ticket_id": row.ticket_id,
        "code_hash": asked.code_hash[:32],
        "kind": asked.kind,
        "decision": "admit" if reason is None else "refuse",
        "reason": reason,
        "mode": "online",
        "scanned_at": asked.scanned_at,
        "received_at": now,
    }
    return adding(Scan, [values])


def _move_ticket(connection: Connection, row: Any, asked: Asked, now: datetime) -> Step:
    values = {"at": now, "gate_id": row.gate_id, "device_id": row.device_id}
    if asked.kind == "exit":
        return _leave_statement(), {**values, "the_ticket": row.ticket_id}
    came = {"ticket_id": row.ticket_id, "room_id": row.room_id, "first_scan_id": asked.id}
    return _enter_statement(connection.dialect.name), {**values, **came}


def _people(connection: Connection, row: Any, asked: Asked, now: datetime, room: Done) -> int:
    if room.row is not None:
        return int(room.row[0])
    people = _leave_after_tap(connection, row, now) if asked.kind == "exit" else None
    if people is None:
        raise Moved
    return people


def _leave_after_tap(connection: Connection, row: Any, now: datetime) -> int | None:
    """The way out of somebody who was tapped out before: a tap takes that one back, the sum stays as it is.

    Otherwise the room would count fewer people than none, and nobody could be scanned out any more.
    """
    empty = Occupancy.inside + Occupancy.untracked <= 0
    room = update(Occupancy).where(Occupancy.room_id == row.room_id, Occupancy.inside > 0, empty)
    room = room.values(inside=Occupancy.inside - 1, untracked=Occupancy.untracked + 1)
    people = connection.execute(room.returning(Occupancy.inside + Occupancy.untracked)).scalar_one_or_none()
    if people is None:
        return None
    tap = {"event_id": row.event_id, "device_id": row.device_id, "room_id": row.room_id, "decision": "admit", "at": now}
    run_together(connection, [adding(Count, [{"id": new_id(), "delta": 1, "what": "left", **tap}])])
    return int(people)
