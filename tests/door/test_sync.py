"""The exchange with tablets: each scan counts once, whatever is lost, late or not theirs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import House, well
from offline_tablet import OfflineTablet
from ticketing.core.db import reading, writing
from ticketing.door.models import Conflict, Scan, Station, Stay
from ticketing.staff import devices
from ticketing.tickets.issue import revoke
from ticketing.tickets.models import Ticket

LATER = timedelta(seconds=10)


@contextmanager
def books(house: House) -> Iterator[Session]:
    with house.app.app_context(), reading() as session:
        yield session


def taken_along(house: House, gate: str = "A") -> OfflineTablet:
    """A tablet with its list and its permits."""
    tablet = OfflineTablet(house.tablet(gate))
    tablet.fetch()
    tablet.sync()
    return tablet


def code_of(house: House) -> str:
    """The hash of a new ticket, as tablets know it."""
    house.clock.advance(LATER)
    house.buy(day=1)
    return newest(house)


def newest(house: House) -> str:
    """The hash of the last ticket sold."""
    with books(house) as session:
        return session.scalars(select(Ticket.code_hash).order_by(Ticket.issued_at.desc()).limit(1)).one()[:32]


def kinds(house: House) -> list[str]:
    with books(house) as session:
        return sorted(session.scalars(select(Conflict.kind).where(Conflict.closed_at.is_(None))))


def test_a_permit_becomes_a_stay_and_an_exit_makes_it_a_permit_again(house: House) -> None:
    code, tablet = code_of(house), taken_along(house)
    before = tablet.permits
    assert before == 150
    assert tablet.enter_alone(code)
    tablet.exchange()
    assert tablet.last_answer["inside"] == 1
    assert tablet.last_answer["acked_seq"] == 1
    house.clock.advance(LATER)
    tablet.leave_alone(code)
    tablet.exchange()
    assert tablet.last_answer["inside"] == 0
    assert tablet.permits == before
    well(house)


def test_a_batch_that_comes_twice_counts_once(house: House) -> None:
    code, tablet = code_of(house), taken_along(house)
    tablet.enter_alone(code)
    body = tablet.bundle()
    first, second = (tablet.tablet.post("sync", **body).get_json() for _ in range(2))
    assert first["inside"] == second["inside"] == 1
    assert first["results"] == second["results"] == [{"id": body["scans"][0]["id"], "state": "kept", "conflict": None}]
    well(house)


def test_another_scan_at_the_same_place_of_the_queue_is_not_taken(house: House) -> None:
    code, tablet = code_of(house), taken_along(house)
    tablet.enter_alone(code)
    body = tablet.bundle()
    tablet.tablet.post("sync", **body)
    body["scans"] = [{**body["scans"][0], "id": str(uuid.uuid4())}]
    assert tablet.tablet.post("sync", **body).get_json()["inside"] == 1
    well(house)


def test_a_hole_is_owed_but_what_comes_after_it_is_kept(house: House) -> None:
    code, tablet = code_of(house), taken_along(house)
    tablet.enter_alone(code)
    house.clock.advance(LATER)
    tablet.leave_alone(code)
    entry, leaving = tablet.queue
    body = {**tablet.bundle(), "scans": [leaving]}
    assert tablet.tablet.post("sync", **body).get_json()["acked_seq"] == 0
    answer = tablet.tablet.post("sync", **{**body, "scans": [entry]}).get_json()
    assert (answer["acked_seq"], answer["inside"]) == (2, 0)
    well(house)


def test_a_permit_told_after_it_was_spent_explains_itself(house: House) -> None:
    house.set_capacity(2)
    one, two = code_of(house), code_of(house)
    tablet = taken_along(house)
    assert tablet.permits == 1
    tablet.enter_alone(one)
    house.clock.advance(LATER)
    tablet.leave_alone(one)
    tablet.enter_alone(two)
    first, leaving, second = tablet.queue
    body = tablet.bundle()
    for scans in ([first, second], [leaving]):
        tablet.tablet.post("sync", **{**body, "scans": scans})
    assert kinds(house) == []
    well(house)


@pytest.mark.parametrize("kind", ["closes", "released"])
def test_a_tablet_cannot_end_another_tablets_stay(house: House, kind: str) -> None:
    code, mine, other = code_of(house), taken_along(house), taken_along(house, "B")
    entry = mine.enter_alone(code)
    assert entry
    mine.exchange()
    house.clock.advance(LATER)
    before = other.permits
    if kind == "closes":
        other.note("exit", "0" * 32, closes=entry["id"])
        other.permits += 1
    else:
        other.released = {entry["id"]}
    other.exchange()
    with books(house) as session:
        stay = session.get_one(Stay, entry["id"])
        assert (stay.closed_at, stay.holder_id) == (None, mine.id)
        assert session.get_one(Station, other.id).permits == before
    assert other.last_answer["inside"] == 1
    well(house)


def test_an_exit_elsewhere_waits_for_the_tablet_that_holds_the_stay(house: House) -> None:
    code, mine, other = code_of(house), taken_along(house), taken_along(house, "B")
    entry = mine.enter_alone(code)
    assert entry
    mine.exchange()
    house.clock.advance(LATER)
    assert other.ask("exit", code, str(uuid.uuid4()))["decision"] == "admit"
    assert other.tablet.occupancy()["inside"] == 1
    well(house)
    mine.exchange()
    assert mine.last_answer["release"] == [entry["id"]]
    assert mine.sync()
    assert mine.last_answer["inside"] == 0
    well(house)


def test_an_exit_that_was_told_before_its_entry_waits_too(house: House) -> None:
    code, mine, other = code_of(house), taken_along(house), taken_along(house, "B")
    mine.enter_alone(code)
    house.clock.advance(LATER)
    other.leave_alone(code)
    other.sync()
    assert mine.sync()
    assert mine.last_answer["inside"] == 0
    assert kinds(house) == []
    well(house)


def test_an_exit_before_the_entry_ends_nothing(house: House) -> None:
    code, mine, other = code_of(house), taken_along(house), taken_along(house, "B")
    other.leave_alone(code)
    house.clock.advance(LATER)
    mine.enter_alone(code)
    mine.sync()
    other.sync()
    assert other.last_answer["inside"] == 1
    well(house)


def test_a_ticket_let_in_at_two_cut_off_doors_is_reported_and_nobody_is_let_out_by_guess(house: House) -> None:
    code, mine, other = code_of(house), taken_along(house), taken_along(house, "B")
    for tablet in (mine, other):
        tablet.enter_alone(code)
        house.clock.advance(LATER)
    mine.sync()
    other.exchange()
    assert [one["conflict"] for one in other.last_answer["results"]] == ["double_entry"]
    other.sync()
    house.clock.advance(LATER)
    assert mine.ask("exit", code, str(uuid.uuid4()))["decision"] == "admit"
    assert mine.tablet.occupancy()["inside"] == 2
    assert kinds(house) == ["double_entry", "many_inside"]
    well(house)


def test_what_is_told_late_may_explain_a_double_entry(house: House) -> None:
    code, mine, other, third = code_of(house), taken_along(house), taken_along(house, "B"), taken_along(house)
    mine.enter_alone(code)
    house.clock.advance(LATER)
    other.leave_alone(code)
    house.clock.advance(LATER)
    third.enter_alone(code)
    mine.sync()
    third.sync()
    assert kinds(house) == ["double_entry"]
    other.sync()
    assert kinds(house) == []
    assert other.last_answer["inside"] == 1
    well(house)


def test_who_came_in_after_the_ticket_was_revoked_is_reported(house: House) -> None:
    path = house.buy(day=1)
    code, tablet = newest(house), taken_along(house)
    with house.app.app_context(), writing() as session:
        revoke(session, path.split("/")[2], [1], house.clock.now())
    house.clock.advance(LATER)
    tablet.enter_alone(code)
    tablet.sync()
    assert kinds(house) == ["revoked_entry"]
    well(house)


def test_an_override_for_an_unknown_code_is_somebody_inside_whom_people_settle(house: House) -> None:
    tablet = taken_along(house)
    tablet.permits -= 1
    tablet.note("entry", "ab" * 16, permit=True, override={"supervisor": "Mori", "reason": "guest\u0000 list"})
    tablet.sync()
    assert (tablet.last_answer["inside"], kinds(house)) == (1, ["unknown_entry"])
    well(house)


def test_an_entry_without_a_permit_is_counted_and_reported(house: House) -> None:
    code, tablet = code_of(house), taken_along(house)
    tablet.note("entry", code)
    tablet.sync()
    assert (tablet.last_answer["inside"], kinds(house)) == (1, ["over_limit"])
    well(house)


def test_an_entry_taken_back_never_was(house: House) -> None:
    code, tablet = code_of(house), taken_along(house)
    before, scan = tablet.permits, tablet.enter_alone(code)
    assert scan
    tablet.undo_entry(code, scan["id"])
    tablet.sync()
    assert (tablet.permits, tablet.last_answer["inside"]) == (before, 0)
    assert "entries" not in tablet.records[code]
    assert tablet.ask("entry", code, str(uuid.uuid4()))["first_entry"] is None
    well(house)


def test_a_request_in_doubt_that_is_taken_back_first_is_refused_when_it_comes(house: House) -> None:
    code, tablet, doubted = code_of(house), taken_along(house), str(uuid.uuid4())
    tablet.enter_alone(code, doubted)
    tablet.sync()
    late = tablet.ask("entry", code, doubted)
    assert (late["decision"], late["reason"]) == ("refuse", "undone")
    assert tablet.last_answer["inside"] == 1
    well(house)


def test_a_request_in_doubt_that_was_heard_is_undone(house: House) -> None:
    code, tablet, doubted = code_of(house), taken_along(house), str(uuid.uuid4())
    assert tablet.ask("entry", code, doubted)["decision"] == "admit"
    tablet.enter_alone(code, doubted)
    tablet.sync()
    assert tablet.last_answer["inside"] == 1
    assert kinds(house) == []
    well(house)


def test_an_exit_taken_back_is_a_stay_again_and_no_new_entry(house: House) -> None:
    code, tablet = code_of(house), taken_along(house)
    tablet.enter_alone(code)
    house.clock.advance(LATER)
    leaving = tablet.leave_alone(code)
    house.clock.advance(LATER)
    assert tablet.undo_exit(code, leaving["id"])
    tablet.sync()
    assert tablet.last_answer["inside"] == 1
    assert tablet.records[code]["entries"] == 1
    house.clock.advance(LATER)
    assert tablet.ask("exit", code, str(uuid.uuid4()))["inside"] == 0
    assert kinds(house) == []
    well(house)


def test_an_exit_in_doubt_decided_again_under_its_id_counts_once(house: House) -> None:
    code, mine, doubted = code_of(house), taken_along(house), str(uuid.uuid4())
    mine.enter_alone(code)
    mine.exchange()
    house.clock.advance(LATER)
    mine.ask("exit", code, doubted)
    before = mine.permits
    mine.leave_alone(code, doubted)
    mine.exchange()
    assert (mine.permits, mine.last_answer["inside"]) == (before + 1, 0)
    well(house)


@pytest.mark.parametrize(
    "wrong",
    [
        {"epoch": "1"},
        {"scans": [{}]},
        {"scans": "all"},
        {"returns": [{"n": 0, "permits": 1}]},
        {"returns": [{"n": 1, "permits": -1}]},
        {"released": ["x"]},
        {"granted": -1},
        {"status": {"battery": 101}},
        {"status": {"test": {"x": "y" * 9000}}},
    ],
)
def test_what_is_no_exchange_is_a_problem(house: House, wrong: dict[str, Any]) -> None:
    answer = house.tablet().post("sync", **{"epoch": 1, "scans": [], **wrong})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "wrong", [{"scanned_at": "2025-10-26T10:00:00"}, {"code_hash": "AB" * 16}, {"seq": 0}, {"kind": "x"}, {"id": "1"}]
)
def test_a_scan_of_another_form_is_a_problem(house: House, wrong: dict[str, Any]) -> None:
    tablet = OfflineTablet(house.tablet())
    scan = {**tablet.note("entry", "ab" * 16), **wrong}
    answer = tablet.tablet.post("sync", epoch=1, scans=[scan])
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")


def test_more_than_two_hundred_scans_at_once_are_too_many(house: House) -> None:
    tablet = OfflineTablet(house.tablet())
    scans = [tablet.note("exit", "") for _ in range(201)]
    assert tablet.tablet.post("sync", epoch=1, scans=scans).status_code == 400


def test_a_queue_of_another_life_is_refused(house: House) -> None:
    answer = house.tablet().post("sync", epoch=2, scans=[])
    assert (answer.status_code, answer.get_json()["code"]) == (409, "wrong_epoch")


def test_a_revoked_tablet_gets_nothing_and_brings_nothing(house: House) -> None:
    code, tablet = code_of(house), taken_along(house)
    tablet.enter_alone(code)
    with house.app.app_context(), writing() as session:
        devices.revoke(session, tablet.id, house.clock.now(), "cli")
    answer = tablet.tablet.post("sync", **tablet.bundle())
    assert (answer.status_code, answer.get_json()["code"]) == (401, "device_revoked")
    assert house.client.get("/api/v1/door/manifest", headers=tablet.tablet.headers).status_code == 401
    with books(house) as session:
        assert session.scalars(select(Scan)).all() == []


def test_how_a_tablet_fares_stands_in_its_station(house: House) -> None:
    tablet = house.tablet()
    status = {"battery": 71, "queued": 3, "clock_offset_ms": -40, "test": {"camera": "ok"}}
    tablet.post("sync", epoch=1, list_version=1761438000000, status=status)
    with books(house) as session:
        station = session.scalars(select(Station)).one()
        assert (station.battery, station.queued, station.clock_offset_ms) == (71, 3, -40)
        assert (station.test, station.tested_at) == ({"camera": "ok"}, house.clock.now())
