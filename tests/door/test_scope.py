"""What a tablet's token is good for: the door's JSON, and nothing else in the house."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from factories import SEED, SLUG, House, Tablet
from ticketing.core.db import writing
from ticketing.staff import devices

DOOR = ("door_api.", "door_offline_api.")
PAIR = "/api/v1/door/pair"
VALUES = {"slug": SLUG, "lang": "ja"}
NAME = "髙橋 美咲"
AN_ID = "6c042325-07e7-4dce-8aa0-557a1141f098"
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/door/scan": {"id": AN_ID, "code": "x", "kind": "entry", "scanned_at": "2025-10-26T00:41:07Z"},
    "/api/v1/door/count": {"id": AN_ID, "delta": 1, "what": "guest"},
    "/api/v1/door/empty": {"id": AN_ID, "supervisor": "Mori"},
    "/api/v1/door/sync": {"epoch": 1},
}


def calls(house: House, *, of_the_door: bool) -> Iterator[tuple[str, str]]:
    """Every method and address of the house."""
    with house.app.test_request_context():
        for rule in house.app.url_map.iter_rules():
            if rule.endpoint.startswith(DOOR) == of_the_door:
                yield from ((method, address(rule)) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def address(rule: Rule) -> str:
    open_ones = rule.arguments - (rule.defaults or {}).keys()
    values = {name: VALUES.get(name, 1 if is_number(rule, name) else "x") for name in open_ones}
    values |= rule.defaults or {}
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return str(built[1])


def is_number(rule: Rule, name: str) -> bool:
    return type(rule._converters[name]).__name__ == "IntegerConverter"


def said(client: FlaskClient, method: str, path: str, **more: Any) -> tuple[int, str | None]:
    answer = client.open(path, method=method, json=BODIES.get(path, {}) if method == "POST" else None, **more)
    return answer.status_code, answer.headers.get("Location")


def test_the_token_opens_nothing_but_the_door(house: House) -> None:
    tablet = house.tablet()
    token = tablet.headers["Authorization"].removeprefix("Bearer ")
    with_cookie = house.client
    with_cookie.set_cookie("staff", token)
    stranger = house.client
    everything = list(calls(house, of_the_door=False))
    assert ("GET", "/office") in everything
    for method, path in everything:
        nobody = said(stranger, method, path)
        assert said(stranger, method, path, headers=tablet.headers) == nobody, (method, path)
        assert said(with_cookie, method, path) == nobody, (method, path)
        if path.startswith("/office"):
            assert nobody[0] in (302, 303, 400, 401, 403, 404), (method, path)


def test_without_a_token_the_door_tells_nothing(house: House) -> None:
    asked = [call for call in calls(house, of_the_door=True) if call[1] != PAIR]
    assert {path for method, path in asked if method == "POST"} == BODIES.keys()
    for method, path in asked:
        assert said(house.client, method, path) == (401, None), (method, path)


@pytest.mark.parametrize("names", [False, True])
def test_names_are_told_only_where_the_event_allows_them(house: House, names: bool) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace("door_names = false", f"door_names = {str(names).lower()}"))
    code = house.codes(house.buy(day=1, **{"attendee-1": NAME}))[0]
    tablet = house.tablet()
    tablet.scan(code)
    listed = house.client.get("/api/v1/door/manifest", headers=tablet.headers).text
    news = tablet.post("sync", epoch=tablet.facts["epoch"], list_version=1).text
    again = {"id": AN_ID, "code": code, "kind": "entry"}
    twice = tablet.post("scan", **again).text
    assert [NAME in text for text in (listed, news, twice)] == [names] * 3
    for what in ("occupancy", "conflicts"):
        assert NAME not in house.client.get(f"/api/v1/door/{what}", headers=tablet.headers).text


def test_a_tablet_that_is_taken_off_can_call_nothing_from_then_on(house: House) -> None:
    tablet: Tablet = house.tablet()
    with house.app.app_context(), writing() as session:
        devices.revoke(session, tablet.facts["device"]["id"], house.clock.now(), "cli")
    for method, path in calls(house, of_the_door=True):
        expected = (400, None) if path == PAIR else (401, None)
        assert said(house.client, method, path, headers=tablet.headers) == expected, (method, path)
