"""The list that tablets take along: whole, what changed, and who may read what."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from factories import SEED, House, Tablet
from offline_tablet import OfflineTablet
from ticketing.core.db import writing
from ticketing.door import supervisors
from ticketing.door.permits import write_off
from ticketing.door.supervisors import hash_pin
from ticketing.staff import devices
from ticketing.tickets.issue import revoke

LATER = timedelta(minutes=2)


def fetch(tablet: Tablet, query: str = "", **headers: str) -> TestResponse:
    return tablet.house.client.get(f"/api/v1/door/manifest{query}", headers={**tablet.headers, **headers})


def changed(tablet: Tablet, since: int) -> list[dict[str, Any]]:
    tickets: list[dict[str, Any]] = fetch(tablet, f"?since={since}").get_json()["tickets"]
    return tickets


def strict(house: House) -> None:
    text = SEED.read_text(encoding="utf-8")
    assert 'offline = "lenient"' in text
    house.publish(text.replace('offline = "lenient"', 'offline = "strict"'))


def test_it_holds_all_that_a_tablet_needs_and_no_code_and_no_name(house: House) -> None:
    path = house.buy(day=1, conference=1)
    answer = fetch(house.tablet())
    manifest = answer.get_json()
    assert {one["tier"] for one in manifest["tickets"]} == {"1-DAY", "EVENT-ONLY"}
    assert all({"hash", "tier", "state", "inside", "order", "n"} == set(one) for one in manifest["tickets"])
    assert [one["code"] for one in manifest["programs"]] == ["conference", "screenings"]
    assert (manifest["room"]["capacity"], manifest["gate"]["code"], manifest["permits"]) == (300, "A", 150)
    assert (manifest["granted"], manifest["returned"]) == (1, 0)
    assert manifest["policy"] == {"offline": "lenient", "door_names": False, "home": {"doors": 2, "mine": None}}
    assert manifest["event"]["timezone"] == "Asia/Tokyo"
    assert not any(code in answer.text for code in house.codes(path))
    assert "山田" not in answer.text


def test_who_is_inside_is_told_with_when_and_where(house: House) -> None:
    tablet = house.tablet("B", "B-1")
    tablet.scan(house.codes(house.buy(day=1))[0])
    (record,) = fetch(tablet).get_json()["tickets"]
    assert (record["inside"], record["entries"], record["last_gate"], record["last_device"]) == (True, 1, "B", "B-1")
    assert record["first_at"] == record["last_at"] == house.clock.now().isoformat()


def test_since_tells_what_was_sold_scanned_and_revoked_and_nothing_else(house: House) -> None:
    old, tablet = house.buy(day=2), house.tablet()
    house.clock.advance(LATER)
    version = fetch(tablet).get_json()["list_version"]
    assert changed(tablet, version) == []
    house.clock.advance(LATER)
    with house.app.app_context(), writing() as session:
        revoke(session, old.split("/")[2], [1], house.clock.now())
    assert [one["state"] for one in changed(tablet, version)] == ["revoked"]
    house.buy(conference=1)
    tablet.scan(house.codes(old)[1])
    assert len(changed(tablet, version)) == 3


def test_a_list_that_did_not_change_is_not_sent_again(house: House) -> None:
    house.buy(day=1)
    tablet = house.tablet()
    tag = fetch(tablet).headers["ETag"]
    house.clock.advance(LATER)
    assert fetch(tablet, **{"If-None-Match": tag}).status_code == 304
    house.buy(day=1)
    assert fetch(tablet, **{"If-None-Match": tag}).status_code == 200


def test_it_is_packed_for_who_takes_that(house: House) -> None:
    tablet = house.tablet()
    packed = fetch(tablet, **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b'"list_version"' in gzip.decompress(packed.data)
    assert "Content-Encoding" not in fetch(tablet).headers


@pytest.mark.parametrize("since", ["x", "-1", "1" * 20, "٣"])
def test_a_version_that_is_none_is_a_problem(house: House, since: str) -> None:
    assert fetch(house.tablet(), f"?since={since}").status_code == 400


def test_ten_changes_are_told_in_less_than_two_kilobytes(house: House) -> None:
    for _ in range(3):
        house.buy(day=4)
    tablet = OfflineTablet(house.tablet())
    tablet.fetch()
    codes = [one["hash"] for one in list(tablet.records.values())[:10]]
    house.clock.advance(LATER)
    tablet.sync()
    house.clock.advance(LATER)
    for number, code in enumerate(codes):
        tablet.ask("entry", code, f"00000000-0000-4000-8000-{number:012}")
    answer = fetch(tablet.tablet, f"?since={tablet.list_version}", **{"Accept-Encoding": "gzip"})
    assert len(answer.data) < 2000


def test_under_the_strict_policy_one_tablet_of_each_gate_is_at_home_until_it_is_written_off(house: House) -> None:
    strict(house)
    first, second, other = house.tablet("A"), house.tablet("A"), house.tablet("B")
    homes = [fetch(one).get_json()["policy"]["home"] for one in (second, first, other)]
    assert homes == [{"doors": 2, "mine": 0}, {"doors": 2, "mine": None}, {"doors": 2, "mine": 1}]
    house.clock.advance(LATER)
    with house.app.app_context(), writing() as session:
        devices.revoke(session, second.facts["device"]["id"], house.clock.now(), "cli")
    assert fetch(first).get_json()["policy"]["home"]["mine"] is None
    with house.app.app_context(), writing() as session:
        write_off(session, second.facts["device"]["id"], house.clock.now(), "cli")
    assert fetch(first).get_json()["policy"]["home"]["mine"] == 0


def test_a_supervisor_reaches_tablets_with_the_next_exchange(house: House) -> None:
    tablet = OfflineTablet(house.tablet())
    tablet.fetch()
    with house.app.app_context(), writing() as session:
        supervisors.add(session, house.catalog().id, "森", "１２３４５６", house.clock.now(), "cli")
    tablet.sync()
    changes = tablet.tablet.post("sync", epoch=1, revision=tablet.revision, list_version=1).get_json()["changes"]
    (one,) = changes["supervisors"]
    assert one["hash"] == hash_pin("123456", one["salt"], one["rounds"])
    assert (len(one["salt"]), len(one["hash"]), one["rounds"]) == (32, 64, 600_000)
    assert {"event", "room", "gate", "programs", "tiers", "policy", "tickets"} < set(changes)
