"""One's own account: where one is signed in, ending that, and another password."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from factories import House
from ticketing.core.db import reading
from ticketing.staff.models import StaffSession

OLD, NEW = "correct horse battery", "staple battery horse"


@pytest.fixture
def two(house: House) -> tuple[FlaskClient, FlaskClient]:
    """Two browsers of the same person."""
    house.app.config["WTF_CSRF_ENABLED"] = False
    first = house.staff()
    return first, sign_in(house, OLD)[0]


def sign_in(house: House, password: str) -> tuple[FlaskClient, int]:
    client = house.client
    form = {"email": "owner@example.com", "password": password}
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    return client, client.post("/staff/login", data=form, headers=agent).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/office").status_code == 200


def change(client: FlaskClient, present: str, password: str) -> TestResponse:
    return client.post("/staff/account/password?lang=en", data={"present": present, "password": password})


def test_the_sign_ins_are_listed_with_browser_and_place(house: House, two: tuple[FlaskClient, FlaskClient]) -> None:
    page = two[0].get("/staff/account?lang=en").text
    assert "Firefox, Linux" in page
    assert "127.0.0.1" in page
    assert page.count("(this one)") == 1
    assert len(re.findall(r"/sign-ins/\d+/end", page)) == 1


def test_when_a_sign_in_was_seen_last_is_noted_every_ten_minutes(house: House) -> None:
    client, start = house.staff(), house.clock.now()
    for minutes in (0, 9, 1):
        house.clock.advance(timedelta(minutes=minutes))
        client.get("/office")
        with house.app.app_context(), reading() as session:
            seen = session.query(StaffSession).one().last_seen_at
        assert seen == (start if house.clock.now() < start + timedelta(minutes=10) else house.clock.now())


def test_one_sign_in_is_ended_from_another(house: House, two: tuple[FlaskClient, FlaskClient]) -> None:
    first, second = two
    path = re.findall(r'action="(/staff/account/sign-ins/\d+/end)"', first.get("/staff/account").text)[0]
    assert first.post(path).status_code == 303
    assert (is_in(first), is_in(second)) == (True, False)


def test_all_others_are_ended_at_once(house: House, two: tuple[FlaskClient, FlaskClient]) -> None:
    two[1].post("/staff/account/sign-ins/end")
    assert (is_in(two[0]), is_in(two[1])) == (False, True)


def test_nobody_ends_the_sign_in_of_another_person(house: House, two: tuple[FlaskClient, FlaskClient]) -> None:
    other = house.staff("manager", "manager@example.com")
    with house.app.app_context(), reading() as session:
        ids = [row.id for row in session.query(StaffSession)]
    for sign_in_id in ids[:2]:
        other.post(f"/staff/account/sign-ins/{sign_in_id}/end")
    assert is_in(two[0])
    assert is_in(two[1])


def test_another_password_ends_all_other_sign_ins_and_is_told(
    house: House, two: tuple[FlaskClient, FlaskClient]
) -> None:
    assert change(two[0], OLD, NEW).status_code == 303
    assert (is_in(two[0]), is_in(two[1])) == (True, False)
    assert (sign_in(house, OLD)[1], sign_in(house, NEW)[1]) == (401, 303)
    house.work()
    assert [letter["To"] for letter in house.transport.letters] == ["owner@example.com"]


@pytest.mark.parametrize(
    ("present", "password", "says"),
    [("not it", NEW, "not your present password"), (OLD, "short", "at least 10"), (OLD, "x" * 1001, "at most 1000")],
)
def test_what_is_wrong_with_a_new_password_is_told(
    house: House, two: tuple[FlaskClient, FlaskClient], present: str, password: str, says: str
) -> None:
    answer = change(two[0], present, password)
    assert (answer.status_code, says in answer.text) == (400, True)
    assert is_in(two[1])
    assert sign_in(house, OLD)[1] == 303
