"""Input that no browser of an honest visitor sends: refused as the visitor's fault, and never in a log."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factories import SLUG, House
from ticketing.core.db import reading, writing
from ticketing.staff import devices


@pytest.mark.parametrize(
    "path", ["/e/%00", "/e/%ff", "/o/%00/x", "/o/%ff/%ff", "/o/K7M2QFA/%00", "/static/build/%00", "/office?event=%00"]
)
def test_an_address_with_a_nul_byte_or_broken_text_is_not_our_fault(house: House, path: str) -> None:
    assert house.staff().get(path).status_code in (400, 404)


@pytest.mark.parametrize("field", ["name", "form_key", "email", "attendee-1", "qty-\0"])
def test_a_form_with_a_nul_byte_is_not_our_fault(house: House, field: str) -> None:
    assert house.order(day=1, **{field: "a\0b"}).status_code in (303, 400, 409)


def test_a_tablet_with_a_nul_byte_in_its_name_is_not_our_fault(house: House) -> None:
    gate = house.catalog().gates[0]
    with house.app.app_context(), writing() as session:
        code, _ = devices.make_code(session, house.catalog().id, gate.id, house.clock.now(), "cli")
    answer = house.client.post("/api/v1/door/pair", data=json.dumps({"code": code, "name": "a\0b"}))
    assert answer.status_code in (201, 400)


def test_an_error_of_the_database_tells_no_values(house: House) -> None:
    with house.app.app_context(), pytest.raises(DBAPIError) as caught, reading() as session:
        session.execute(text("SELECT * FROM no_such_table WHERE email = :email"), {"email": "hanako@example.com"})
    assert "hanako" not in str(caught.value)


def test_a_page_of_an_event_takes_any_header(house: House) -> None:
    for headers in (
        {"Accept-Language": "ja;q=inf,en;q=nan,;;=*"},
        {"Cookie": "staff=\xff; lang=\xff; form=\xff"},
        {"If-None-Match": "W/"},
        {"Host": "["},
    ):
        assert house.client.get(f"/e/{SLUG}", headers=headers).status_code < 500
