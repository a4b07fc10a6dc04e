"""Scanning over HTTP: in, again, out, in again, and everything that is refused."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from factories import SEED, House
from statements import counted
from ticketing.core.db import reading, writing
from ticketing.reports.doctor import examine
from ticketing.staff import devices
from ticketing.tickets.issue import revoke


def well(house: House) -> None:
    """Every counter and invariant holds."""
    with house.app.app_context(), reading() as session:
        assert examine(session) == []


def test_a_ticket_goes_in_once_out_and_in_again(house: House) -> None:
    code = house.codes(house.buy(day=1))[0]
    tablet, other = house.tablet("A", "A-1"), house.tablet("B", "B-1")
    first = tablet.scan(code)
    assert (first["decision"], first["reason"], first["first_entry"], first["inside"]) == ("admit", None, None, 1)
    assert first["ticket"] == {"tier": "1-DAY", "tier_name": first["ticket"]["tier_name"], "sign": 0, "attendee": None}
    house.clock.advance(timedelta(minutes=4))
    again = other.scan(code)
    assert (again["decision"], again["reason"], again["inside"]) == ("refuse", "already_inside", 1)
    assert again["first_entry"]["gate"] == "A"
    assert again["first_entry"]["device"] == "A-1"
    assert again["first_entry"]["at"].startswith("2025-10-26T00:40:00")
    out = other.scan(code, "exit")
    assert (out["decision"], out["inside"]) == ("admit", 0)
    back = other.scan(code)
    assert (back["decision"], back["reentry"], back["inside"]) == ("admit", True, 1)
    assert tablet.occupancy() == {
        "room": "AIR",
        "inside": 1,
        "capacity": 300,
        "by_tier": {"1-DAY": 1},
        "by_gate": {"B": 1},
        "untracked": 0,
    }
    well(house)


def test_the_same_scan_id_answers_the_same_and_counts_once(house: House) -> None:
    code = house.codes(house.buy(day=1))[0]
    tablet, scan_id = house.tablet(), str(uuid.uuid4())
    assert tablet.scan(code, scan_id=scan_id) == tablet.scan(code, scan_id=scan_id)
    refused = str(uuid.uuid4())
    assert tablet.scan(code, scan_id=refused)["reason"] == "already_inside"
    tablet.scan(code, "exit")
    assert tablet.scan(code, scan_id=refused)["reason"] == "already_inside"
    well(house)


def test_a_scan_id_cannot_be_used_for_another_ticket(house: House) -> None:
    one, two = house.codes(house.buy(day=2))
    tablet, scan_id = house.tablet(), str(uuid.uuid4())
    tablet.scan(one, scan_id=scan_id)
    answer = tablet.post("scan", id=scan_id, code=two, kind="entry")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "scan_id_reused")


def test_a_conference_ticket_is_turned_away_from_a_screening(house: House) -> None:
    path = house.buy(day=1, conference=1)
    codes = {ticket["tier"]: ticket["code"] for ticket in house.status(path)["tickets"]}
    house.clock.advance(timedelta(hours=5))
    tablet = house.tablet()
    refused = tablet.scan(codes["EVENT-ONLY"])
    assert (refused["decision"], refused["reason"]) == ("refuse", "wrong_program")
    assert tablet.scan(codes["1-DAY"])["decision"] == "admit"
    well(house)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("hello", "malformed"), ("T1" + "0" * 27, "unknown"), ("", "malformed"), ("x" * 400, "malformed")],
)
def test_what_is_no_ticket_of_ours_is_refused_and_kept(house: House, text: str, reason: str) -> None:
    verdict = house.tablet().scan(text)
    assert (verdict["decision"], verdict["reason"], verdict["ticket"]) == ("refuse", reason, None)
    well(house)


def test_a_revoked_ticket_may_leave_but_not_enter(house: House) -> None:
    path = house.buy(day=1)
    code = house.codes(path)[0]
    tablet = house.tablet()
    tablet.scan(code)
    with house.app.app_context(), writing() as session:
        revoke(session, house_code(path), [1], house.clock.now())
    assert tablet.scan(code, "exit")["decision"] == "admit"
    assert tablet.scan(code)["reason"] == "revoked"


def house_code(path: str) -> str:
    """The order code in a path."""
    return path.split("/")[2]


def test_a_ticket_of_another_event_says_so(house: House) -> None:
    code = house.codes(house.buy(day=1))[0]
    other = SEED.read_text(encoding="utf-8").replace('"future-of-filmmaking-with-ai"', '"another-day"')
    catalog = house.publish(other)
    with house.app.app_context(), writing() as session:
        pairing, _ = devices.make_code(session, catalog.id, catalog.gates[0].id, house.clock.now(), "cli")
    paired = house.client.post("/api/v1/door/pair", json={"code": pairing, "name": "other"}).get_json()
    tablet = house.tablet()
    tablet.token = paired["token"]
    verdict = tablet.scan(code)
    assert (verdict["reason"], verdict["ticket"]) == ("other_event", None)


def test_the_room_never_holds_one_too_many(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace("capacity = 300", "capacity = 3"))
    codes = house.codes(house.buy(day=2)) + house.codes(house.buy(conference=1))
    tablet = house.tablet()
    assert tablet.post("count", id=str(uuid.uuid4()), delta=1, what="staff").get_json()["inside"] == 1
    verdicts = [tablet.scan(code) for code in codes]
    assert [verdict["reason"] for verdict in verdicts] == [None, None, "room_full"]
    assert verdicts[-1]["inside"] == verdicts[-1]["capacity"] == 3
    tablet.scan(codes[0], "exit")
    assert tablet.scan(codes[2])["decision"] == "admit"
    assert tablet.post("count", id=str(uuid.uuid4()), delta=1, what="guest").get_json()["reason"] == "room_full"
    well(house)


def test_a_tap_counts_once_for_its_id(house: House) -> None:
    tablet, tap_id = house.tablet(), str(uuid.uuid4())
    for _ in range(2):
        assert tablet.post("count", id=tap_id, delta=1, what="guest").get_json()["untracked"] == 1
    assert tablet.post("count", id=str(uuid.uuid4()), delta=-1, what="left").get_json()["inside"] == 0
    well(house)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "no uuid"},
        {"kind": "sideways"},
        {"scanned_at": "2025-10-26T10:00:00"},
        {"code": 7},
        {"code": "x" * 401},
    ],
)
def test_a_body_that_is_not_the_calls_form_is_a_problem(house: House, body: dict[str, Any]) -> None:
    good = {"id": str(uuid.uuid4()), "code": "x", "kind": "entry", "scanned_at": "2025-10-26T10:00:00+09:00"}
    sent = {**good, **body} if body else {}
    answer = house.client.post("/api/v1/door/scan", json=sent, headers=house.tablet().headers)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.get_json()["code"] == "bad_request"


def test_a_revoked_tablet_may_not_ask_any_more(house: House) -> None:
    tablet = house.tablet()
    with house.app.app_context(), writing() as session:
        assert devices.revoke(session, tablet.facts["device"]["id"], house.clock.now(), "cli")
    for answer in (
        tablet.post("scan", id=str(uuid.uuid4()), code="x", kind="entry"),
        tablet.post("count", id=str(uuid.uuid4()), delta=1, what="staff"),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (401, "device_revoked")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic x"])
def test_nobody_scans_without_a_token(house: House, header: str) -> None:
    body = {"id": str(uuid.uuid4()), "code": "x", "kind": "entry", "scanned_at": "2025-10-26T10:00:00Z"}
    answer = house.client.post("/api/v1/door/scan", json=body, headers={"Authorization": header})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "device_revoked")


def test_a_scan_is_one_transaction_of_at_most_five_statements(house: House) -> None:
    one, two = house.codes(house.buy(day=2))
    tablet = house.tablet()
    tablet.scan(one)
    for code, kind in ((two, "entry"), (two, "entry"), (two, "exit"), (two, "entry")):
        with counted(house) as count:
            tablet.scan(code, kind)
        assert count.statements <= 5
        assert count.transactions == 1


def test_a_paired_tablet_knows_its_event_and_whether_it_is_a_rehearsal(house: House) -> None:
    assert house.tablet().facts["event"] == {
        "slug": "future-of-filmmaking-with-ai",
        "title": {"ja": "AIと映画制作の未来", "en": "The Future of Filmmaking with AI"},
        "rehearsal": False,
    }
    house.publish(starts_at=house.clock.now() + timedelta(hours=1))
    assert house.tablet().facts["event"]["rehearsal"] is True
