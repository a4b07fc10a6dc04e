"""Taking back what was admitted: a scan of its own, for ten seconds, as if it had never been."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from node_tablet import NodeTablet
from sqlalchemy import select

from factories import House, well
from ticketing.core.db import reading
from ticketing.door.models import Conflict, Occupancy, Scan

Pair = Callable[..., NodeTablet]


def rows(house: House, table: Any) -> list[Any]:
    with house.app.app_context(), reading() as session:
        found = list(session.scalars(select(table)))
        session.expunge_all()
        return found


def people(house: House) -> int:
    (room,) = rows(house, Occupancy)
    return int(room.inside + room.untracked)


def test_an_undone_entry_leaves_the_ticket_as_it_was(house: House, pair: Pair) -> None:
    online, alone = house.codes(house.buy(day=2))
    tablet = pair()
    answer = tablet.decide(online)
    assert tablet.do("undo", id=answer["id"]) == {"ok": True}
    assert tablet.do("undo", id=answer["id"]) == {"ok": False, "reason": "undone"}
    tablet.do("sync")
    assert people(house) == 0
    tablet.cut()
    before = tablet.state["permits"]
    second = tablet.decide(alone)
    assert tablet.do("undo", id=second["id"])["ok"]
    assert tablet.state["permits"] == before
    assert tablet.decide(alone)["decision"] == "admit"
    tablet.cut(False)
    assert tablet.do("sync")
    assert people(house) == 1
    assert rows(house, Conflict) == []


def test_an_admission_is_taken_back_for_ten_seconds_and_no_longer(house: House, pair: Pair) -> None:
    in_time, late = house.codes(house.buy(day=2))
    tablet = pair()
    answer = tablet.decide(in_time)
    tablet.set_clock(house.clock.now() + timedelta(seconds=10))
    assert tablet.do("undo", id=answer["id"]) == {"ok": True}
    answer = tablet.decide(late)
    tablet.set_clock(house.clock.now() + timedelta(seconds=20, milliseconds=1))
    assert tablet.do("undo", id=answer["id"]) == {"ok": False, "reason": "too_late"}
    assert tablet.do("sync")
    assert people(house) == 1


def test_both_the_admission_and_its_undo_are_rows(house: House, pair: Pair) -> None:
    (code,) = house.codes(house.buy(day=1))
    tablet = pair()
    answer = tablet.decide(code)
    tablet.do("undo", id=answer["id"])
    assert tablet.do("sync")
    entry, undo = sorted(rows(house, Scan), key=lambda scan: scan.undoes is not None)
    assert (entry.id, entry.kind, entry.decision) == (answer["id"], "entry", "admit")
    assert (undo.kind, undo.decision, undo.undoes) == ("exit", "admit", entry.id)
    well(house)


def test_a_second_entry_that_was_taken_back_before_the_first_was_heard_of_is_no_conflict(
    house: House, pair: Pair
) -> None:
    (code,) = house.codes(house.buy(day=1))
    first, second = pair("A"), pair("B")
    first.cut()
    second.cut()
    assert first.decide(code)["decision"] == "admit"
    wrong = second.decide(code)
    assert second.do("undo", id=wrong["id"])["ok"]
    for tablet in (second, first):
        tablet.cut(False)
        assert tablet.do("sync")
    assert [one for one in rows(house, Conflict) if one.closed_at is None] == []
    assert people(house) == 1
    well(house)
