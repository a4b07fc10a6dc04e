"""The doctor counts the door again from its rows: whatever one of them is changed to, it says so."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from factories import House
from offline_tablet import OfflineTablet
from ticketing.core.db import reading, writing
from ticketing.door.models import Count, Occupancy, PermitMove, Presence, Scan, Station, Stay
from ticketing.reports.doctor import examine


@pytest.fixture
def evening(house: House) -> House:
    """People inside by every way: online, offline, by taps; some have left, once the room was found empty."""
    codes = house.codes(house.buy(day=5))
    tablet = house.tablet("A")
    tablet.scan(codes[0])
    tablet.post("count", id=str(uuid.uuid4()), delta=1, what="guest")
    tablet.post("empty", id=str(uuid.uuid4()), supervisor="Mori")
    for code in codes[:3]:
        tablet.scan(code)
    tablet.scan(codes[2], "exit")
    tablet.post("count", id=str(uuid.uuid4()), delta=1, what="staff")
    alone = OfflineTablet(house.tablet("B"))
    hashes = sorted(alone.fetch()["tickets"], key=lambda one: str(one["inside"]))
    alone.sync()
    alone.enter_alone(hashes[0]["hash"])
    alone.enter_alone(hashes[1]["hash"])
    alone.leave_alone(hashes[1]["hash"])
    alone.exchange()
    assert said(house) == []
    return house


def said(house: House) -> list[str]:
    with house.app.app_context(), reading() as session:
        return [one.detail for one in examine(session) if one.code == "room_count"]


def change(table: Any, **values: Any) -> Callable[[Session], None]:
    """Change all rows of a table."""
    return lambda session: session.execute(update(table).values(**values)) and None


def close_a_stay(session: Session) -> None:
    """Somebody is made to have left, and every counter with it."""
    stay = session.scalars(select(Stay).where(Stay.closed_at.is_(None), Stay.holder_id.is_(None)).limit(1)).one()
    stay.closed_at, stay.closing = session.scalars(select(Scan.received_at)).first(), "exit"
    session.execute(update(Occupancy).values(inside=Occupancy.inside - 1))
    there = update(Presence).where(Presence.ticket_id == stay.ticket_id)
    session.execute(there.values(inside=False, open_scan_id=None))


def invent_a_stay(session: Session) -> None:
    """Somebody is made to be inside whose scan let nobody in."""
    leaving = session.scalars(select(Scan).where(Scan.kind == "exit").limit(1)).one()
    session.add(Stay(scan_id=leaving.id, event_id=leaving.event_id, room_id=leaving.room_id))
    session.execute(update(Occupancy).values(inside=Occupancy.inside + 1))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (change(Occupancy, inside=Occupancy.inside + 1), "inside says"),
        (change(Occupancy, untracked=Occupancy.untracked + 1), "untracked says"),
        (change(Occupancy, reserved=Occupancy.reserved + 1), "reserved says"),
        (change(Station, permits=Station.permits + 1), "permits says"),
        (change(PermitMove, permits=PermitMove.permits + 1), "permits says"),
        (change(Presence, inside=False, open_scan_id=None), "inside says False"),
        (change(Presence, open_scan_id=None, inside=True), "inside says True"),
        (change(Stay, left_scan_id=None), "nobody said so"),
        (lambda session: session.execute(delete(Count)), "untracked says"),
        (lambda session: session.execute(delete(Stay)), "has no stay"),
        (lambda session: session.execute(delete(Presence)), "no presence"),
        (close_a_stay, "nobody said so"),
        (invent_a_stay, "let nobody in"),
    ],
)
def test_no_row_of_the_door_can_be_changed_unnoticed(
    evening: House, wrong: Callable[[Session], None], says: str
) -> None:
    with evening.app.app_context(), writing() as session:
        wrong(session)
    assert [one for one in said(evening) if says in one], said(evening)
