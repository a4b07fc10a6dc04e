"""The examples of JSON in the reference are what the house really takes and answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from documents import document, example
from factories import House, Tablet
from ticketing.core.db import writing
from ticketing.door import supervisors

REFERENCE = document("docs/reference.md")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def shape(value: Any) -> Any:
    """The keys of a JSON value and the kinds of its parts."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    return [shape(value[0])] if isinstance(value, list) else type(value).__name__


def documented(label: str) -> Any:
    """The form of an example."""
    return shape(example(REFERENCE, label))


@pytest.fixture
def full(house: House) -> tuple[House, Tablet, str]:
    """A house with one ticket of each tier inside, through a gate each; a tablet, and a code that is inside."""
    day, conference = house.codes(house.buy(day=1, conference=1))
    tablet = house.tablet("A", "A-1")
    tablet.scan(day)
    house.tablet("B", "B-1").scan(conference)
    return house, tablet, day


def test_pairing_takes_and_answers_what_is_written(house: House) -> None:
    assert documented("pair answer") == shape(house.tablet("A", "A-2").facts)
    answer = house.client.post("/api/v1/door/pair", json=example(REFERENCE, "pair request"))
    assert answer.get_json()["code"] == "pairing_invalid"


def test_a_scan_takes_and_answers_what_is_written(full: tuple[House, Tablet, str]) -> None:
    _, tablet, code = full
    answer = tablet.post("scan", **{**example(REFERENCE, "scan request"), "code": code}).get_json()
    assert documented("scan answer") == shape(answer)
    assert example(REFERENCE, "scan answer")["reason"] == answer["reason"]


def test_taps_and_occupancy_are_as_written(full: tuple[House, Tablet, str]) -> None:
    _, tablet, _ = full
    answer = tablet.post("count", **example(REFERENCE, "count request"))
    assert documented("count answer") == shape(answer.get_json())
    assert documented("occupancy answer") == shape(tablet.occupancy())


def test_the_list_the_exchange_and_the_empty_room_are_as_written(full: tuple[House, Tablet, str]) -> None:
    house, tablet, _ = full
    with house.app.app_context(), writing() as session:
        supervisors.add(session, house.catalog().id, "Mori", "123456", house.clock.now(), "cli")
    manifest = house.client.get("/api/v1/door/manifest", headers=tablet.headers).get_json()
    written = documented("manifest answer")
    written["policy"]["home"]["mine"] = "NoneType"  # the example is of the other policy
    assert written == shape(manifest)
    sent = example(REFERENCE, "sync request")
    sent["scans"][0]["code_hash"] = manifest["tickets"][0]["hash"]
    answer = tablet.post("sync", **sent)
    assert set(answer.get_json()) == set(example(REFERENCE, "sync answer"))
    assert answer.get_json()["results"] == example(REFERENCE, "sync answer")["results"]
    listed = house.client.get("/api/v1/door/conflicts", headers=tablet.headers).get_json()
    assert documented("conflicts answer") == shape(listed)
    emptied = tablet.post("empty", **example(REFERENCE, "empty request")).get_json()
    assert documented("empty answer") == shape(emptied)


def test_the_order_for_programs_is_as_written(house: House) -> None:
    assert documented("status") == shape(house.status(house.buy(day=1)))


def test_an_error_is_as_written(full: tuple[House, Tablet, str]) -> None:
    _, tablet, _ = full
    answer = tablet.post("count", nothing="of this form")
    assert answer.content_type == "application/problem+json"
    assert documented("problem") == shape(json.loads(answer.data))
    assert example(REFERENCE, "problem")["code"] == answer.get_json(force=True)["code"]
