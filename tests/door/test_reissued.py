"""A ticket that got another code: the former one is told as ended, online and by tablets that come back late."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from changes import open_house, pass_on
from factories import House, Tablet, well
from ticketing.tickets.code import short_hash


def late(tablet: Tablet, code: str, at: datetime) -> dict[str, object]:
    """Report an admission that the tablet decided alone at this time."""
    scan = {
        "id": str(uuid.uuid4()),
        "seq": 1,
        "code_hash": short_hash(code),
        "kind": "entry",
        "scanned_at": at.isoformat(),
        "decision": "admit",
        "reason": None,
        "permit": True,
    }
    answer = tablet.post("sync", epoch=1, scans=[scan])
    assert answer.status_code == 200, answer.text
    (result,) = answer.get_json()["results"]
    return {"state": result["state"], "conflict": result["conflict"]}


def test_a_former_code_is_revoked_and_not_unknown_by_code_and_by_hash(house: House) -> None:
    open_house(house)
    path = house.buy(day=1)
    (old,) = house.codes(path)
    pass_on(house, f"{path}/t/1")
    tablet = house.tablet()
    assert tablet.scan(old)["reason"] == "revoked"
    by_hash = tablet.post("scan", id=str(uuid.uuid4()), code_hash=short_hash(old), kind="entry").get_json()
    assert (by_hash["decision"], by_hash["reason"]) == ("refuse", "revoked")
    unknown = "T1" + "0" * 27
    assert tablet.scan(unknown)["reason"] == "unknown"


def test_a_tablet_that_let_the_former_code_in_later_has_a_conflict(house: House) -> None:
    open_house(house)
    path = house.buy(day=1)
    (old,) = house.codes(path)
    tablet = house.tablet()
    tablet.post("sync", epoch=1)
    pass_on(house, f"{path}/t/1")
    house.clock.advance(timedelta(minutes=2))
    told = late(tablet, old, house.clock.now() - timedelta(minutes=1))
    assert told == {"state": "conflict", "conflict": "revoked_entry"}
    well(house)


def test_who_came_in_before_the_ticket_was_passed_on_came_in_rightly(house: House) -> None:
    open_house(house)
    path = house.buy(day=1)
    (old,) = house.codes(path)
    tablet = house.tablet()
    tablet.post("sync", epoch=1)
    came = house.clock.now()
    house.clock.advance(timedelta(minutes=2))
    pass_on(house, f"{path}/t/1")
    assert late(tablet, old, came + timedelta(minutes=1))["state"] == "kept"
    assert tablet.occupancy()["inside"] == 1
    well(house)
