"""What tablets really get is what the description says, key by key."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import jsonschema_rs
import pytest

from factories import House, Tablet
from ticketing.core.db import writing
from ticketing.door import supervisors


class Described:
    """The description, read strictly: a key that it does not name is wrong."""

    def __init__(self, house: House) -> None:
        self.document: dict[str, Any] = house.client.get("/api/v1/openapi.json").get_json()
        for schema in self.document["components"]["schemas"].values():
            if "properties" in schema:
                schema["additionalProperties"] = False

    def faults(self, call: str, method: str, answer: Any) -> list[str]:
        """What of an answer is not as described."""
        operation = self.document["paths"][f"/door/{call}"][method]
        described = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        whole = {**described, "components": self.document["components"]}
        return [f"{one.instance_path} {one.message}" for one in jsonschema_rs.iter_errors(whole, answer.get_json())]


@pytest.fixture
def described(house: House) -> Described:
    return Described(house)


def got(tablet: Tablet, call: str) -> Any:
    return tablet.house.client.get(f"/api/v1/door/{call}", headers=tablet.headers)


def made(tablet: Tablet, code_hash: str, seq: int) -> dict[str, Any]:
    """A scan that the tablet decided alone."""
    at = tablet.house.clock.now().isoformat()
    scan = {"id": str(uuid.uuid4()), "seq": seq, "code_hash": code_hash, "kind": "entry", "scanned_at": at}
    return {**scan, "decision": "admit", "permit": True}


def test_pairing_scanning_and_counting_answer_as_described(house: House, described: Described) -> None:
    tablet, codes = house.tablet(), house.codes(house.buy(day=2))
    scans = [
        (codes[0], "entry"),
        (codes[0], "entry"),
        (codes[0], "exit"),
        (codes[0], "entry"),
        ("T1" + "0" * 27, "entry"),
    ]
    for code, kind in scans:
        at = house.clock.now().isoformat()
        answer = tablet.post("scan", id=str(uuid.uuid4()), code=code, kind=kind, scanned_at=at)
        assert described.faults("scan", "post", answer) == [], answer.text
    tap = tablet.post("count", id=str(uuid.uuid4()), delta=1, what="staff")
    assert described.faults("count", "post", tap) == []
    assert described.faults("occupancy", "get", got(tablet, "occupancy")) == []
    emptied = tablet.post("empty", id=str(uuid.uuid4()), supervisor="Mori")
    assert described.faults("empty", "post", emptied) == []


def test_a_full_room_is_told_as_described(house: House, described: Described) -> None:
    house.set_capacity(1)
    code = house.codes(house.buy(day=1))[0]
    tablet, at = house.tablet(), house.clock.now().isoformat()
    tablet.post("count", id=str(uuid.uuid4()), delta=1, what="staff")
    answer = tablet.post("scan", id=str(uuid.uuid4()), code=code, kind="entry", scanned_at=at)
    assert answer.get_json()["reason"] == "room_full"
    assert described.faults("scan", "post", answer) == []


def test_the_list_the_exchange_and_conflicts_are_as_described(house: House, described: Described) -> None:
    tablet, other = house.tablet("A"), house.tablet("B")
    code = house.codes(house.buy(day=1))[0]
    with house.app.app_context(), writing() as session:
        supervisors.add(session, house.catalog().id, "Mori", "123456", house.clock.now(), "cli")
    other.scan(code)
    listed = got(tablet, "manifest")
    assert described.faults("manifest", "get", listed) == []
    house.clock.advance(timedelta(seconds=1))
    known = listed.get_json()
    scans = [made(tablet, known["tickets"][0]["hash"], 1)]
    for revision in (known["revision"], 0):
        answer = tablet.post("sync", epoch=1, scans=scans, list_version=known["list_version"], revision=revision)
        assert described.faults("sync", "post", answer) == []
    assert answer.get_json()["results"][0]["state"] == "conflict"
    conflicts = got(tablet, "conflicts")
    assert len(conflicts.get_json()["conflicts"]) == 1
    assert described.faults("conflicts", "get", conflicts) == []


def test_pairing_answers_as_described(house: House, described: Described) -> None:
    pairing: dict[str, Any] = house.tablet().facts
    schema = {"$ref": "#/components/schemas/Paired", "components": described.document["components"]}
    assert list(jsonschema_rs.iter_errors(schema, pairing)) == []
