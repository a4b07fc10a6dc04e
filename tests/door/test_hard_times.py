"""The door when things come twice, out of order, or broken."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from factories import House
from ticketing.core.db import db, reading
from ticketing.reports.doctor import examine

DEEP = "[" * 100_000 + "]" * 100_000


def well(house: House) -> None:
    """Every counter and invariant holds."""
    with house.app.app_context(), reading() as session:
        assert examine(session) == []


def test_who_was_tapped_out_can_still_be_scanned_out(house: House) -> None:
    one, two = house.codes(house.buy(day=2))
    tablet = house.tablet()
    tablet.scan(one)
    tablet.scan(two)
    for _ in range(2):
        tablet.post("count", id=str(uuid.uuid4()), delta=-1, what="left")
    assert (tablet.occupancy()["inside"], tablet.occupancy()["untracked"]) == (0, -2)
    for code in (one, two):
        out = tablet.scan(code, "exit")
        assert (out["decision"], out["inside"]) == ("admit", 0)
    assert tablet.occupancy()["untracked"] == 0
    assert tablet.scan(one)["inside"] == 1
    well(house)


@pytest.mark.parametrize(
    "wrong",
    ['"scanned_at": "0001-01-01T00:00:00+14:00"', '"scanned_at": "9999-12-31T23:59:59-14:00"', f'"later": {DEEP}'],
    ids=["before the first year", "after the last year", "very deep"],
)
def test_a_scan_that_nobody_can_read_is_a_problem_and_no_fault_of_ours(house: House, wrong: str) -> None:
    body = f'{{"id": "{uuid.uuid4()}", "code": "x", "kind": "entry", "scanned_at": "2025-10-26T01:00:00Z", {wrong}}}'
    answer = house.client.post("/api/v1/door/scan", data=body, headers=house.tablet().headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_tap_that_arrives_twice_at_once_counts_once_and_is_answered_twice(house: House) -> None:
    tablet, tap_id = house.tablet(), str(uuid.uuid4())
    with house.app.app_context():
        engine = db.engine

    def tap() -> int:
        return tablet.post("count", id=tap_id, delta=1, what="guest").status_code

    with ThreadPoolExecutor(2) as pool, engine.connect() as gate:
        gate.execute(text("SELECT * FROM occupancy FOR UPDATE"))
        answers = [pool.submit(tap), pool.submit(tap)]
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while gate.execute(waiting).scalar_one() < 2:
            time.sleep(0.01)
        gate.rollback()
        assert [answer.result() for answer in answers] == [200, 200]
    assert tablet.occupancy()["untracked"] == 1
    well(house)
