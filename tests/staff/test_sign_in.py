"""Signing in, and who may see what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conftest import settings_for
from factories import SLUG, House
from ticketing.app import Outside, create_app
from ticketing.core.db import db, reading, writing
from ticketing.core.settings import read_settings
from ticketing.staff import accounts
from ticketing.staff.models import Device, PairingCode, Person, StaffSession
from ticketing.staff.passwords import verify
from ticketing.staff.views import safe_next

PASSWORD = "correct horse battery"
PAGES = ("/office", "/office/figures.json", "/office/devices")


def token_in(answer: TestResponse) -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
    assert found
    return found[1]


def add(house: House, role: str, email: str = "owner@example.com") -> None:
    with house.app.app_context(), writing() as session:
        accounts.add(session, email, role, PASSWORD, house.clock.now())


def sign_in(client: FlaskClient, password: str = PASSWORD, next_: str = "") -> TestResponse:
    page = client.get("/staff/login")
    form = {"email": " Owner@Example.com ", "password": password, "csrf_token": token_in(page)}
    return client.post(f"/staff/login{next_}", data=form)


def test_who_signs_in_gets_to_the_office_and_out_again(house: House) -> None:
    add(house, "owner")
    client = house.client
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/office")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    page = client.get("/office")
    assert page.status_code == 200
    client.post("/staff/logout", data={"csrf_token": token_in(client.get("/office/devices"))})
    assert client.get("/office").status_code == 303


def test_a_session_that_was_ended_on_the_server_is_over(house: House) -> None:
    client = house.staff("owner")
    with house.app.app_context(), writing() as session:
        person = session.query(Person).one()
        assert accounts.end_all(session, person.id, house.clock.now()) >= 1
    assert client.get("/office").status_code == 303


def test_a_wrong_password_and_an_unknown_address_are_told_the_same_way(house: House) -> None:
    client = house.client
    unknown = sign_in(client)
    add(house, "owner")
    wrong = sign_in(client, "not this one")
    assert (unknown.status_code, wrong.status_code) == (401, 401)
    assert re.sub(r'value="[^"]*"', "", unknown.text) == re.sub(r'value="[^"]*"', "", wrong.text)


def test_no_form_of_staff_is_taken_without_its_token(house: House) -> None:
    client = house.staff("owner")
    for path in ("/staff/login", "/staff/logout", "/office/devices/codes", "/office/devices/x/revoke"):
        assert client.post(path, data={"gate": "A"}).status_code == 400


@pytest.mark.parametrize(
    ("role", "answers"),
    [
        ("owner", [200, 200, 200]),
        ("manager", [200, 200, 200]),
        ("viewer", [200, 200, 403]),
        ("boxoffice", [303, 403, 403]),
        ("door", [303, 403, 403]),
    ],
)
def test_each_role_sees_what_the_table_says(house: House, role: str, answers: list[int]) -> None:
    client = house.staff(role)
    assert [client.get(path).status_code for path in PAGES] == answers


def test_who_only_works_at_the_door_is_sent_to_the_doors_page(house: House) -> None:
    assert house.staff("door").get("/office").location.startswith("/office/door?")


def test_who_only_sells_at_the_door_is_sent_to_the_till(house: House) -> None:
    assert house.staff("boxoffice").get("/office").location.startswith("/boxoffice?")


def test_nobody_is_sent_to_sign_in(house: House) -> None:
    for path in PAGES:
        answer = house.client.get(path)
        assert answer.status_code == 303
        assert answer.location.startswith("/staff/login?next=")


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/office/devices", "/office/devices"),
        ("//evil.example", "/office"),
        ("https://evil.example", "/office"),
        ("/\\evil.example", "/office"),
        ("/\t/evil.example", "/office"),
        ("/\r\nX-Header: evil", "/office"),
        (None, "/office"),
    ],
)
def test_after_signing_in_one_stays_in_the_house(target: str | None, goes_to: str) -> None:
    assert safe_next(target) == goes_to


@pytest.mark.parametrize("target", ["/%09/evil.example", "/%0a/evil.example", "/%0d%0aX-Header: evil"])
def test_who_is_signed_in_is_not_led_elsewhere_by_a_link_to_the_sign_in_page(house: House, target: str) -> None:
    answer = house.staff().get(f"/staff/login?next={target}")
    assert (answer.status_code, answer.location) == (303, "/office")


def test_a_pairing_code_from_the_office_works_once(house: House) -> None:
    client = house.staff("manager")
    page = client.get(f"/office/devices?event={SLUG}")
    made = client.post("/office/devices/codes", data={"gate": "B", "csrf_token": token_in(page)})
    with house.app.app_context(), reading() as session:
        assert session.query(PairingCode).count() == 1
    code = re.sub(r"[^0-9A-Z]", "", re.search(r'class="figure code"[^>]*>(.*?)<', made.text, re.S)[1])  # type: ignore[index]
    pair = {"code": code, "name": "B-1"}
    assert house.client.post("/api/v1/door/pair", json=pair).get_json()["gate"] == "B"
    again = house.client.post("/api/v1/door/pair", json={**pair, "name": "B-2"})
    assert (again.status_code, again.get_json()["code"]) == (403, "pairing_invalid")


def test_a_tablet_revoked_in_the_office_is_out_at_once(house: House) -> None:
    tablet = house.tablet()
    client = house.staff("owner")
    token = token_in(client.get("/office/devices"))
    device_id = tablet.facts["device"]["id"]
    assert client.post(f"/office/devices/{device_id}/revoke", data={"csrf_token": token}).status_code == 303
    assert house.client.get("/api/v1/door/occupancy", headers=tablet.headers).status_code == 401


def test_only_hashes_of_secrets_are_stored(house: House) -> None:
    tablet = house.tablet()
    add(house, "owner")
    sign_in(house.client)
    with house.app.app_context(), reading() as session:
        assert tablet.token not in {session.query(Device).one().token_hash}
        person = session.query(Person).one()
        assert verify(person.password_hash, PASSWORD)
        assert PASSWORD not in person.password_hash
        assert len(session.query(StaffSession).one().token_hash) == 64


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_guessing_is_stopped_after_a_few_tries(house: House, database_url: str, tmp_path: Path) -> None:
    settings = settings_for(database_url, tmp_path)
    limited = create_app(
        read_settings({"TICKETING_INSTANCE": str(tmp_path), "DATABASE_URL": settings.database_url, "SECRET_KEY": "x"}),
        Outside(clock=house.clock, gateway=house.gateway, transport=house.transport),
    )
    client = limited.test_client()
    answers = [sign_in(client, f"guess {number}").status_code for number in range(12)]
    assert answers[0] == 401
    assert answers[-1] == 429
    pairs = [client.post("/api/v1/door/pair", json={"code": "WRONG", "name": "x"}) for _ in range(21)]
    assert pairs[-1].status_code == 429
    assert int(pairs[-1].headers["Retry-After"]) > 0
    secrets = [client.get(f"/o/NOSUCH/{number}").status_code for number in range(31)]
    assert (secrets[0], secrets[-1]) == (404, 429)
    with limited.app_context():
        db.engine.dispose()
