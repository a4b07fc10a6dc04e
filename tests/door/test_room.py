"""What people decide: the limit, the empty room, overruling, settling conflicts, supervisors."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from factories import House, Tablet, well
from offline_tablet import OfflineTablet
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.door import conflicts, room, supervisors
from ticketing.door.models import Conflict, Emptying

LATER = timedelta(seconds=10)
BY = {"supervisor": "Mori", "reason": "knows the guest"}


def ask(tablet: Tablet, code: str, kind: str = "entry", **more: Any) -> dict[str, Any]:
    answer = tablet.post("scan", id=str(uuid.uuid4()), code=code, kind=kind, **more)
    assert answer.status_code == 200, answer.text
    verdict: dict[str, Any] = answer.get_json()
    return verdict


def empty(tablet: Tablet, mark: str = "") -> dict[str, Any]:
    answer = tablet.post("empty", id=mark or str(uuid.uuid4()), supervisor="Mori")
    assert answer.status_code == 200, answer.text
    counts: dict[str, Any] = answer.get_json()
    return counts


def with_list(house: House, gate: str = "A") -> OfflineTablet:
    tablet = OfflineTablet(house.tablet(gate))
    tablet.fetch()
    tablet.sync()
    return tablet


def close(house: House, kind: str, resolution: str) -> None:
    with house.app.app_context(), writing() as session:
        found = session.scalars(select(Conflict.id).where(Conflict.kind == kind, Conflict.closed_at.is_(None))).one()
        assert conflicts.close(session, found, resolution, house.clock.now(), "cli")
        assert not conflicts.close(session, found, "noted", house.clock.now(), "cli")


def test_an_empty_room_is_empty_and_tickets_can_come_again(house: House) -> None:
    codes, tablet, mark = house.codes(house.buy(day=2)), house.tablet(), str(uuid.uuid4())
    for code in codes:
        tablet.scan(code)
    tablet.post("count", id=str(uuid.uuid4()), delta=1, what="staff")
    for _ in range(2):
        assert empty(tablet, mark) == {"inside": 0, "capacity": 300, "untracked": 0}
    with house.app.app_context(), reading() as session:
        (row,) = session.scalars(select(Emptying))
        assert (row.inside, row.untracked) == (2, 1)
    house.clock.advance(LATER)
    assert tablet.scan(codes[0], "exit")["reason"] == "not_inside"
    assert tablet.scan(codes[0])["decision"] == "admit"
    assert tablet.post("count", id=str(uuid.uuid4()), delta=1, what="staff").get_json()["untracked"] == 1
    well(house)


def test_stays_that_a_tablet_holds_end_when_it_lets_go(house: House) -> None:
    house.buy(day=2)
    holder, other = with_list(house), house.tablet("B")
    first, late = list(holder.records)
    holder.enter_alone(first)
    holder.exchange()
    holder.enter_alone(late)
    house.clock.advance(LATER)
    assert empty(other)["inside"] == 1
    well(house)
    holder.exchange()
    assert holder.last_answer["inside"] == 2
    assert len(holder.last_answer["release"]) == 2
    holder.exchange()
    assert holder.last_answer["inside"] == 0
    well(house)


def test_a_lower_limit_holds_at_once_and_reaches_tablets(house: House) -> None:
    codes, tablet = house.codes(house.buy(day=3)), with_list(house)
    tablet.tablet.scan(codes[0])
    catalog = house.catalog()
    with house.app.app_context(), writing() as session:
        room.set_limit(session, catalog.id, catalog.gates[0].room.id, 2, house.clock.now(), "cli")
    assert tablet.tablet.scan(codes[1])["reason"] == "room_full"
    tablet.sync()
    assert tablet.permits == 0
    assert tablet.tablet.scan(codes[1])["capacity"] == 2
    assert tablet.tablet.scan(codes[2])["reason"] == "room_full"
    well(house)


@pytest.mark.parametrize(("capacity", "code"), [(0, "limit_invalid"), (-1, "limit_invalid"), (10**7, "limit_invalid")])
def test_a_limit_that_is_none_is_refused(house: House, capacity: int, code: str) -> None:
    catalog = house.catalog()
    with house.app.app_context(), pytest.raises(Refused, match=code), writing() as session:
        room.set_limit(session, catalog.id, catalog.gates[0].room.id, capacity, house.clock.now(), "cli")


def test_a_supervisor_lets_somebody_in_who_is_inside_and_that_is_reported(house: House) -> None:
    code, tablet = house.codes(house.buy(day=1))[0], house.tablet()
    tablet.scan(code)
    again = ask(tablet, code, override=BY)
    assert (again["decision"], again["inside"]) == ("admit", 2)
    (listed,) = house.client.get("/api/v1/door/conflicts", headers=tablet.headers).get_json()["conflicts"]
    assert (listed["kind"], listed["ticket"]["tier"], len(listed["scans"])) == ("double_entry", "1-DAY", 2)
    house.clock.advance(LATER)
    assert ask(tablet, code, "exit")["inside"] == 2
    close(house, "many_inside", "left")
    assert tablet.occupancy()["inside"] == 1
    close(house, "double_entry", "noted")
    assert ask(tablet, code, "exit")["inside"] == 0
    well(house)


def test_one_person_less_is_inside_after_a_double_entry_is_settled_so(house: House) -> None:
    code, tablet = house.codes(house.buy(day=1))[0], house.tablet()
    tablet.scan(code)
    house.clock.advance(LATER)
    ask(tablet, code, override=BY)
    close(house, "double_entry", "left")
    assert tablet.occupancy()["inside"] == 1
    house.clock.advance(LATER)
    assert ask(tablet, code, "exit")["inside"] == 0
    well(house)


def test_an_unknown_code_may_come_in_by_override_and_no_text_that_is_no_code(house: House) -> None:
    tablet = house.tablet()
    assert ask(tablet, "T1" + "0" * 27, override=BY)["inside"] == 1
    assert ask(tablet, "hello", override=BY)["reason"] == "malformed"
    close(house, "unknown_entry", "left")
    assert tablet.occupancy()["inside"] == 0
    well(house)


def test_an_override_never_passes_the_limit(house: House) -> None:
    house.set_capacity(1)
    codes, tablet = house.codes(house.buy(day=1)), house.tablet()
    assert ask(tablet, codes[0])["decision"] == "admit"
    for code in (codes[0], "T1" + "0" * 27):
        full = ask(tablet, code, override=BY)
        assert (full["reason"], full["inside"], full["reserved"]) == ("room_full", 1, 0)
    well(house)


def test_a_scan_by_hash_is_a_scan_by_code(house: House) -> None:
    code, tablet = house.codes(house.buy(day=1))[0], with_list(house)
    (known,) = tablet.records
    assert tablet.ask("entry", known, str(uuid.uuid4()))["decision"] == "admit"
    assert tablet.tablet.scan(code)["reason"] == "already_inside"
    assert tablet.ask("entry", "f" * 32, str(uuid.uuid4()))["reason"] == "unknown"
    bad = tablet.tablet.post("scan", id=str(uuid.uuid4()), kind="entry", code_hash="zz")
    assert bad.status_code == 400
    well(house)


@pytest.mark.parametrize(("name", "pin", "code"), [("A", "12345", "pin_too_short"), ("A", "12345x", "pin_too_short")])
def test_a_pin_has_six_digits_at_least(house: House, name: str, pin: str, code: str) -> None:
    with house.app.app_context(), pytest.raises(Refused, match=code), writing() as session:
        supervisors.add(session, house.catalog().id, name, pin, house.clock.now(), "cli")


def test_a_supervisors_name_is_taken_until_they_end(house: House) -> None:
    event_id, now = house.catalog().id, house.clock.now()
    with house.app.app_context(), writing() as session:
        first = supervisors.add(session, event_id, "Mori", "123456", now, "cli")
        with pytest.raises(Refused, match="name_taken"):
            supervisors.add(session, event_id, " Mori ", "654321", now, "cli")
        assert supervisors.end(session, first, now, "cli")
        assert not supervisors.end(session, first, now, "cli")
        supervisors.add(session, event_id, "Mori", "654321", now, "cli")
        assert [one.name for one in supervisors.of_event(session, event_id)] == ["Mori"]
