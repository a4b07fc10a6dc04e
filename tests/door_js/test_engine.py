"""The tablet's engine with the real server: what it decides alone, and how both come together again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from node_tablet import NodeTablet
from sqlalchemy import select, update

from factories import SEED, House
from ticketing.core.db import reading, writing
from ticketing.door import supervisors
from ticketing.door.models import Conflict, Occupancy, Scan, Stay
from ticketing.events.models import Room
from ticketing.staff.models import Device

Pair = Callable[..., NodeTablet]


def rows(house: House, table: Any) -> list[Any]:
    with house.app.app_context(), reading() as session:
        found = list(session.scalars(select(table)))
        session.expunge_all()
        return found


def people(house: House) -> int:
    (room,) = rows(house, Occupancy)
    return int(room.inside + room.untracked)


def limit(house: House, places: int) -> None:
    with house.app.app_context(), writing() as session:
        session.execute(update(Room).values(capacity=places))


def test_two_tablets_cut_off_admit_one_ticket_and_the_conflict_is_told(house: House, pair: Pair) -> None:
    code, other = house.codes(house.buy(day=2))
    one, two = pair("A"), pair("B")
    one.cut()
    two.cut()
    first = one.decide(code)
    two.set_clock(house.clock.now() + timedelta(minutes=1))
    second = two.decide(code)
    assert (first["decision"], first["mode"]) == ("admit", "offline")
    assert (second["decision"], second["mode"]) == ("admit", "offline")
    assert two.decide(other)["decision"] == "admit"
    house.clock.advance(timedelta(minutes=2))
    for tablet in (one, two):
        tablet.cut(False)
        assert tablet.do("sync")
        assert (tablet.state["unsent"], tablet.state["online"]) == (0, True)
    kept = {scan.id for scan in rows(house, Scan) if scan.mode == "offline" and scan.decision == "admit"}
    assert {first["id"], second["id"]} < kept
    assert [conflict.kind for conflict in rows(house, Conflict)] == ["double_entry"]
    assert people(house) == 3


def test_alone_it_says_what_it_knows(house: House, pair: Pair) -> None:
    inside, outside = house.codes(house.buy(day=2))
    tablet = pair()
    assert tablet.decide(inside)["mode"] == "online"
    tablet.cut()
    late = house.codes(house.buy(day=1))[0]
    again = tablet.decide(inside)
    assert (again["reason"], again["mode"]) == ("already_inside", "offline")
    assert again["last_entry"]["gate"] == "A"
    assert tablet.decide(outside)["ticket"]["tier"] == "1-DAY"
    unknown = tablet.decide(late)
    assert (unknown["reason"], unknown["detail"]) == ("undecided", "not_listed")


def test_a_place_is_spent_by_an_entry_and_comes_back_with_that_exit_only(house: House, pair: Pair) -> None:
    online, alone = house.codes(house.buy(day=2))
    tablet = pair()
    tablet.decide(online)
    tablet.do("sync")
    tablet.cut()
    before = tablet.state["permits"]
    assert tablet.decide(alone)["permits"] == before - 1
    house.clock.advance(timedelta(minutes=5))
    tablet.set_clock(house.clock.now())
    assert tablet.decide(alone, "exit")["permits"] == before
    assert tablet.decide(online, "exit")["permits"] == before
    tablet.cut(False)
    assert tablet.do("sync")
    assert people(house) == 0


def test_without_a_place_of_its_own_it_asks(house: House, pair: Pair) -> None:
    codes = house.codes(house.buy(day=3))
    limit(house, 2)
    tablet = pair()
    tablet.cut()
    assert tablet.decide(codes[0])["decision"] == "admit"
    refused = tablet.decide(codes[1])
    assert (refused["reason"], refused["detail"], refused["permits"]) == ("undecided", "no_permit", 0)


def test_an_answer_that_never_comes_is_undone_and_decided_afresh(house: House, pair: Pair) -> None:
    (code,) = house.codes(house.buy(day=1))
    tablet = pair()
    tablet.do("net", dropAfter=4)
    answer = tablet.decide(code)
    assert (answer["decision"], answer["mode"]) == ("admit", "offline")
    assert not tablet.state["online"]
    assert tablet.do("sync")
    assert [stay.scan_id for stay in rows(house, Stay) if stay.closed_at is None] == [answer["id"]]
    assert rows(house, Conflict) == []
    assert tablet.state["online"]


def test_a_request_that_was_never_heard_is_void_when_it_comes_late(house: House, pair: Pair) -> None:
    (code,) = house.codes(house.buy(day=1))
    tablet = pair()
    tablet.do("net", dropBefore=4)
    lost = "0b9f6f1e-6f0a-4c8e-9d4b-0d3f3b8f1a11"
    answer = tablet.decide(code, id=lost)
    assert answer["id"] != lost
    assert tablet.do("sync")
    late = {scan.id: scan for scan in rows(house, Scan)}[lost]
    assert (late.decision, late.reason) == ("refuse", "undone")
    assert people(house) == 1


def test_an_exit_whose_answer_never_came_counts_once(house: House, pair: Pair) -> None:
    (code,) = house.codes(house.buy(day=1))
    tablet = pair()
    tablet.decide(code)
    house.clock.advance(timedelta(minutes=5))
    tablet.set_clock(house.clock.now())
    tablet.do("net", dropAfter=4)
    assert tablet.decide(code, "exit")["decision"] == "admit"
    assert tablet.do("sync")
    assert people(house) == 0
    assert tablet.state["unsent"] == 0


def test_a_closed_page_forgets_nothing(house: House, pair: Pair, address: str) -> None:
    codes = house.codes(house.buy(day=3))
    tablet = pair()
    tablet.cut()
    for code in codes:
        assert tablet.decide(code)["decision"] == "admit"
    before = tablet.state
    tablet.do("close")
    tablet.do("load", base=address)
    after = tablet.state
    assert [after[name] for name in ("unsent", "permits", "listCount", "online")] == [4, before["permits"], 3, False]
    assert tablet.decide(codes[0])["reason"] == "already_inside"
    tablet.cut(False)
    assert tablet.do("sync")
    assert people(house) == 3


def test_a_lost_acknowledgement_sends_the_same_scans_once_more(house: House, pair: Pair) -> None:
    (code,) = house.codes(house.buy(day=1))
    tablet = pair()
    tablet.cut()
    tablet.decide(code)
    tablet.do("net", cut=False, dropAfter=1)
    assert not tablet.do("sync")
    assert tablet.state["unsent"] == 2
    assert tablet.do("sync")
    assert people(house) == 1


def test_late_sales_and_revocations_come_with_the_next_exchange(house: House, pair: Pair) -> None:
    tablet = pair()
    assert tablet.state["listCount"] == 0
    order = house.buy(day=1)
    (code,) = house.codes(order)
    tablet.do("sync")
    tablet.cut()
    assert tablet.decide(code)["decision"] == "admit"


def test_the_last_places_are_found_though_they_lie_at_tablets(house: House, pair: Pair) -> None:
    codes = house.codes(house.buy(day=5))
    limit(house, 4)
    one, two = pair("A"), pair("B")
    assert one.state["permits"] + two.state["permits"] > 0
    admitted = [one.decide(code)["decision"] for code in codes]
    two.do("sync")
    admitted.append(one.decide(codes[3])["decision"])
    assert people(house) >= 3
    two.do("sync")
    one.do("sync")
    answers = [one.decide(code) for code in codes]
    assert people(house) == 4
    assert {answer["reason"] for answer in answers} == {"already_inside", "room_full"}


def test_a_supervisor_overrules_all_but_the_limit(house: House, pair: Pair) -> None:
    (code, *others) = house.codes(house.buy(day=3))
    with house.app.app_context(), writing() as session:
        supervisors.add(session, house.catalog().id, "Sato", "246810", house.clock.now(), "cli")
    limit(house, 3)
    tablet = pair()
    assert tablet.do("pin", supervisor="Sato", pin="246810")
    assert not tablet.do("pin", supervisor="Sato", pin="246811")
    tablet.cut()
    assert tablet.decide(code)["decision"] == "admit"
    assert tablet.decide(code)["reason"] == "already_inside"
    words = {"code": code, "kind": "entry", "supervisor": "Sato", "reason": "lost her ticket"}
    before = tablet.state["permits"]
    again = tablet.do("override", **words)
    assert (again["decision"] == "admit") == (before > 0)
    while tablet.state["permits"]:
        tablet.do("override", **words)
    assert tablet.do("override", **words)["detail"] == "no_permit"
    tablet.cut(False)
    assert tablet.do("sync")
    overridden = [scan for scan in rows(house, Scan) if scan.override_by == "Sato" and scan.decision == "admit"]
    assert len(overridden) == before
    assert others


def test_under_the_strict_policy_only_one_door_admits_alone(house: House, pair: Pair) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace('offline = "lenient"', 'offline = "strict"'))
    codes = house.codes(house.buy(day=6))
    one, two = pair("A"), pair("B")
    one.cut()
    two.cut()
    for code in codes:
        answers = [one.decide(code), two.decide(code)]
        assert sorted(answer["decision"] for answer in answers) == ["admit", "refuse"]
        assert {answer["detail"] for answer in answers} == {None, "not_home"}


def test_a_tablet_that_was_revoked_is_told_with_the_next_exchange(house: House, pair: Pair) -> None:
    tablet = pair()
    device = tablet.do("state")
    assert device["revoked"] is None
    with house.app.app_context(), writing() as session:
        session.execute(update(Device).values(revoked_at=house.clock.now()))
    assert not tablet.do("sync")
    assert tablet.state["revoked"] == "revoked"


@pytest.mark.parametrize("ticket", ["hash", "code"])
def test_a_ticket_may_be_named_by_its_hash(house: House, pair: Pair, ticket: str) -> None:
    codes = house.codes(house.buy(day=2))
    tablet = pair()
    hashed = tablet.do("hash", code=codes[0])
    party = tablet.do("party", hash=hashed)
    assert len(party) == 2
    scan = {"hash": hashed} if ticket == "hash" else {"code": codes[0]}
    assert tablet.do("decide", kind="entry", **scan)["decision"] == "admit"
    assert tablet.do("record", hash=hashed)["inside"] is True


def test_a_tablet_whose_store_is_gone_has_to_be_paired_again(house: House, pair: Pair, address: str) -> None:
    tablet = pair()
    tablet.do("lose")
    tablet.do("load", base=address)
    assert tablet.state["revoked"] == "lost"
    tablet.do("forget")
    tablet.do("load", base=address, paired=house.tablet("A").facts)
    assert tablet.do("sync")
    assert tablet.state["revoked"] is None
    assert tablet.state["permits"] > 0


def test_a_scan_that_the_server_cannot_read_never_stops_the_others(house: House, pair: Pair) -> None:
    codes = house.codes(house.buy(day=3))
    tablet = pair()
    tablet.cut()
    tablet.decide(codes[0])
    tablet.do("override", code=codes[1], kind="entry", supervisor="S" * 101, reason="no such name")
    tablet.decide(codes[2])
    tablet.cut(False)
    assert tablet.do("sync")
    assert tablet.state["unsent"] == 0
    assert people(house) == 2
