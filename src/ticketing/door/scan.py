"""Recording a scan: after the one statement that reads everything, one transaction of four, of one for a refusal.

The pure rule decides on what was read, and conditional writes make sure that it still holds: where it does not (the
same ticket at two gates, the last place at two gates), nothing is written and the scan starts again on fresh facts.
The room's row, which all gates share, is written last, so that it stays locked for the shortest time.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update

from ticketing.core.batch import Step, adding, run_alone
from ticketing.core.db import db, insert_or
from ticketing.core.ids import new_id
from ticketing.door.asked import Asked
from ticketing.door.models import Count, Occupancy, Presence, Scan, Stay
from ticketing.events.models import Room


@cache
def _enter_statement(dialect: str) -> Any:
    first: dict[str, Any] = {name: bindparam(name) for name in ("ticket_id", "room_id", "first_scan_id")}
    both: dict[str, Any] = {
        f"{which}_{what}": bindparam(what) for which in ("first", "last") for what in ("at", "gate_id", "device_id")
    }
    now: dict[str, Any] = {"open_scan_id": bindparam("first_scan_id"), "changed_at": bindparam("at")}
    statement = insert_or(Presence, dialect).values(inside=True, entries=1, **first, **both, **now)
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
            "open_scan_id": new.open_scan_id,
            "changed_at": new.changed_at,
        },
        where=Presence.inside.is_(False),
    ).returning(Presence.entries)


@cache
def _leave_statement() -> Any:
    return (
        update(Presence)
        .where(Presence.open_scan_id == bindparam("the_stay"), Presence.ticket_id == bindparam("the_ticket"))
        .values(
            inside=False,
            last_at=bindparam("at"),
            last_gate_id=bindparam("gate_id"),
            last_device_id=bindparam("device_id"),
            open_scan_id=None,
            changed_at=bindparam("at"),
        )
        .returning(Presence.entries)
    )


@cache
def _end_stay_statement() -> Any:
    return (
        update(Stay)
        .where(Stay.scan_id == bindparam("the_stay"), Stay.closed_at.is_(None), Stay.holder_id.is_(None))
        .values(closed_at=bindparam("at"), closing="exit", left_scan_id=bindparam("exit"))
        .returning(Stay.scan_id)
    )


@cache
def _room_statement(step: int) -> Any:
    """One person more or fewer; more only while the room's limit, as it is set now, allows."""
    limit = select(Room.capacity).where(Room.id == Occupancy.room_id).scalar_subquery()
    room = update(Occupancy).where(Occupancy.room_id == bindparam("the_room"))
    people = Occupancy.inside + Occupancy.untracked
    room = room.where(people + Occupancy.reserved < limit) if step > 0 else room.where(Occupancy.inside > 0, people > 0)
    return room.values(inside=Occupancy.inside + step).returning(people)


@cache
def _emptied_room_statement() -> Any:
    """The way out of somebody who was tapped out before: a tap takes that one back, the sum stays as it is.

    Otherwise the room would count fewer people than none, and nobody could be scanned out any more.
    """
    people = Occupancy.inside + Occupancy.untracked
    room = update(Occupancy).where(Occupancy.room_id == bindparam("the_room"), Occupancy.inside > 0, people <= 0)
    return room.values(inside=Occupancy.inside - 1, untracked=Occupancy.untracked + 1).returning(people)


def write(row: Any, asked: Asked, reason: str | None, now: datetime) -> int:
    """Record the scan and what follows from it; returns how many people are inside then.

    Raises Unmet when somebody else changed the ticket or the room since `row` was read, and IntegrityError when this
    very scan was recorded meanwhile.
    """
    people = int(row.inside + row.untracked)
    noted = _note(row, asked, reason, now)
    if reason is not None:
        run_alone([noted])
        return people
    the_room = {"the_room": row.room_id}
    if asked.kind == "entry":
        steps = [_enter(row, asked, now), noted, _begin_stay(row, asked), Step(_room_statement(1), the_room, must=True)]
    elif people > 0:
        steps = [*_leave(row, asked, now), noted, Step(_room_statement(-1), the_room, must=True)]
    else:
        emptied = Step(_emptied_room_statement(), the_room, must=True)
        steps = [*_leave(row, asked, now), noted, _take_tap_back(row, now), emptied]
    counted = run_alone(steps)[-1]
    assert counted is not None  # noqa: S101 (the step must return a row)
    return int(counted[0])


def _note(row: Any, asked: Asked, reason: str | None, now: datetime) -> Step:
    return adding(Scan, [noted(row, asked, reason, now)])


def noted(row: Any, asked: Asked, reason: str | None, now: datetime) -> dict[str, Any]:
    """The columns of the scan's row."""
    by, why = asked.override or (None, None)
    overruled = {"override_by": by, "override_reason": why} if by else {}
    return {
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
        **overruled,
    }


def _enter(row: Any, asked: Asked, now: datetime) -> Step:
    came = {"ticket_id": row.ticket_id, "room_id": row.room_id, "first_scan_id": asked.id}
    where = {"at": now, "gate_id": row.gate_id, "device_id": row.device_id}
    return Step(_enter_statement(db.engine.dialect.name), {**came, **where}, must=True)


def _begin_stay(row: Any, asked: Asked) -> Step:
    stay = {"scan_id": asked.id, "event_id": row.event_id, "ticket_id": row.ticket_id, "room_id": row.room_id}
    return adding(Stay, [stay])


def _leave(row: Any, asked: Asked, now: datetime) -> list[Step]:
    where = {"at": now, "gate_id": row.gate_id, "device_id": row.device_id}
    ticket = {**where, "the_ticket": row.ticket_id, "the_stay": row.open_scan_id}
    stay = {"the_stay": row.open_scan_id, "exit": asked.id, "at": now}
    return [Step(_leave_statement(), ticket, must=True), Step(_end_stay_statement(), stay, must=True)]


def _take_tap_back(row: Any, now: datetime) -> Step:
    tap = {"event_id": row.event_id, "device_id": row.device_id, "room_id": row.room_id, "decision": "admit", "at": now}
    return adding(Count, [{"id": new_id(), "delta": 1, "what": "left", **tap}])
