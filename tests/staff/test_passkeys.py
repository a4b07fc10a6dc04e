"""Passkeys: after the password or instead of it; each answer once, for one person, from this site."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from soft_passkey import PRESENT, SoftPasskey
from werkzeug.test import TestResponse

from back_office import Office
from factories import SLUG, House
from ticketing.core.db import reading, writing
from ticketing.staff.models import Passkey, Person, RecoveryCode

PASSWORD = "correct horse battery"
MAIL = "owner@example.com"


@pytest.fixture(autouse=True)
def no_tokens(house: House) -> None:
    """The tokens of forms are tried elsewhere."""
    house.app.config["WTF_CSRF_ENABLED"] = False


def wish(client: FlaskClient, path: str = "/staff/passkey/options", **form: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(path, data=form).get_json()
    return answer


def add(client: FlaskClient, key: SoftPasskey, name: str = "My phone") -> TestResponse:
    """Add a passkey, as whoever is signed in."""
    made = key.create(wish(client, "/staff/account/passkeys/options", **{"passkey-password": PASSWORD}))
    return client.post("/staff/account/passkeys?lang=en", data={"credential": made, "passkey-name": name})


def sign(client: FlaskClient, answer: str, next_: str = "") -> TestResponse:
    return client.post(f"/staff/passkey?lang=en{next_}", data={"credential": answer})


def password(house: House, mail: str = MAIL) -> tuple[FlaskClient, TestResponse]:
    """A new browser, after the password."""
    client = house.client
    return client, client.post("/staff/login", data={"email": mail, "password": PASSWORD})


def is_in(client: FlaskClient) -> bool:
    return client.get("/office").status_code == 200


def test_a_passkey_signs_in_instead_of_the_password(house: House) -> None:
    key, client = SoftPasskey(), house.client
    add(house.staff(), key)
    answer = sign(client, key.get(wish(client)), "&next=/office/people")
    assert (answer.status_code, answer.location, is_in(client)) == (303, "/office/people", True)
    page = client.get("/staff/account?lang=en").text
    assert "My phone" in page
    assert "last used Sun 26 Oct 09:40" in page


def test_a_passkey_is_a_second_factor_after_the_password(house: House) -> None:
    key = SoftPasskey()
    add(house.staff(), key)
    client, answer = password(house)
    assert answer.location == "/staff/second-factor"
    assert 'data-passkey="get"' in client.get(answer.location).text
    asked = wish(client)
    assert [one["id"] for one in asked["allowCredentials"]] == [re.findall(r'"id": "([^"]+)"', key.get(asked))[0]]
    assert sign(client, key.get(asked, PRESENT)).status_code == 303
    assert is_in(client)


def test_the_first_one_brings_recovery_codes_ends_other_sign_ins_and_is_told(house: House) -> None:
    client, (other, _) = house.staff(), password(house)
    page = add(client, SoftPasskey()).text
    codes = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", page)
    assert (len(codes), is_in(client), is_in(other)) == (10, True, False)
    assert add(client, SoftPasskey()).location == "/staff/account?done=passkey"
    house.work()
    assert [letter["Subject"] for letter in house.transport.letters] == ["パスキーが追加されました"] * 2
    third, _ = password(house)
    assert third.post("/staff/second-factor", data={"code": codes[0]}).status_code == 303


def test_none_is_added_without_the_password(house: House) -> None:
    client = house.staff()
    answer = client.post("/staff/account/passkeys/options?lang=en", data={"passkey-password": "not it"})
    assert (answer.status_code, answer.get_json()) == (400, {"error": "This is not your present password."})


def test_no_answer_counts_twice(house: House) -> None:
    key, client = SoftPasskey(), house.client
    made = key.create(wish(owner := house.staff(), "/staff/account/passkeys/options", **{"passkey-password": PASSWORD}))
    assert owner.post("/staff/account/passkeys", data={"credential": made}).status_code == 200
    assert owner.post("/staff/account/passkeys", data={"credential": made}).status_code == 401
    answer = key.get(wish(client))
    assert sign(client, answer).status_code == 303
    assert sign(other := house.client, answer).status_code == 401
    assert not is_in(other)


def test_the_count_of_a_copied_key_gives_it_away(house: House) -> None:
    key = SoftPasskey()
    add(house.staff(), key)
    for count, status in ((5, 303), (3, 401), (6, 303)):
        house.clock.advance(timedelta(seconds=1))
        client, key.count = house.client, count
        assert sign(client, key.get(wish(client))).status_code == status


@pytest.mark.parametrize(
    ("key", "minutes", "flags"),
    [
        (SoftPasskey(origin="http://evil.example"), 0, 5),
        (SoftPasskey(site="evil.example"), 0, 5),
        (SoftPasskey(), 5, 5),
        (SoftPasskey(), 0, PRESENT),
    ],
    ids=["another origin", "another site", "too late", "nobody recognised"],
)
def test_what_is_not_right_signs_nobody_in(house: House, key: SoftPasskey, minutes: int, flags: int) -> None:
    right = SoftPasskey()
    right.id, right.key = key.id, key.key
    add(house.staff(), right)
    client = house.client
    answer = key.get(wish(client), flags)
    house.clock.advance(timedelta(minutes=minutes))
    page = sign(client, answer)
    assert (page.status_code, "was not taken" in page.text, is_in(client)) == (401, True, False)


@pytest.mark.parametrize("answer", ["", "x", "[]", "{}", '{"id": "a", "response": {"clientDataJSON": "e30"}}', "null"])
def test_what_is_no_answer_signs_nobody_in(house: House, answer: str) -> None:
    assert sign(house.client, answer).status_code == 401


def test_a_key_that_signs_with_another_hand_is_not_taken(house: House) -> None:
    key, thief, client = SoftPasskey(), SoftPasskey(), house.client
    add(house.staff(), key)
    thief.id = key.id
    assert sign(client, thief.get(wish(client))).status_code == 401
    assert sign(client, SoftPasskey().get(wish(client))).status_code == 401


def test_the_passkey_of_somebody_else_is_no_second_factor_of_mine(house: House) -> None:
    mine, theirs = SoftPasskey(), SoftPasskey()
    add(house.staff(), mine)
    add(house.staff("door", "door@example.com"), theirs)
    client, _ = password(house)
    answer = sign(client, theirs.get(wish(client)))
    assert (answer.status_code, is_in(client)) == (401, False)


def test_what_one_browser_was_asked_for_adds_nothing_to_another_account(house: House) -> None:
    owner, door = house.staff(), house.staff("door", "door@example.com")
    made = SoftPasskey().create(wish(owner, "/staff/account/passkeys/options", **{"passkey-password": PASSWORD}))
    assert door.post("/staff/account/passkeys", data={"credential": made}).status_code == 401


def test_it_is_removed_with_the_password_and_the_last_one_takes_the_codes_along(house: House) -> None:
    key, client = SoftPasskey(), house.staff()
    add(client, key)
    with house.app.app_context(), reading() as session:
        path = f"/staff/account/passkeys/{session.query(Passkey).one().id}/remove"
    stranger = house.staff("door", "door@example.com")
    stranger.post(path, data={"passkey-password": PASSWORD})
    wrong = client.post(f"{path}?lang=en", data={"passkey-password": "not it"})
    assert (wrong.status_code, "not your present password" in wrong.text, "My phone" in wrong.text) == (400, True, True)
    assert password(house)[1].location == "/staff/second-factor"
    assert client.post(path, data={"passkey-password": PASSWORD}).location == "/staff/account?done=passkey_off"
    assert password(house)[1].location == "/office"
    with house.app.app_context(), reading() as session:
        assert session.query(RecoveryCode).count() == 0


def test_a_strict_role_keeps_the_last_one_and_takes_one_at_the_sign_in(house: House) -> None:
    office, key = Office(house), SoftPasskey()
    add(office.client, key)
    assert office.post("/people/second-factor", event=SLUG, strict=["owner", "door"]).status_code == 303
    with house.app.app_context(), reading() as session:
        path = f"/staff/account/passkeys/{session.query(Passkey).one().id}/remove"
    assert office.client.post(path, data={"passkey-password": PASSWORD}).status_code == 409
    house.staff("door", "door@example.com")
    client, _ = password(house, "door@example.com")
    made = SoftPasskey().create(wish(client, "/staff/account/passkeys/options"))
    assert client.post("/staff/account/passkeys", data={"credential": made}).status_code == 200
    assert client.get("/office/door").status_code == 200


def test_who_was_removed_has_no_passkey_any_more(house: House) -> None:
    key, client = SoftPasskey(), house.client
    add(house.staff(), key)
    with house.app.app_context(), writing() as session:
        session.query(Person).one().disabled_at = house.clock.now()
    assert sign(client, key.get(wish(client))).status_code == 401


def test_where_browsers_can_make_none_none_is_offered(house: House) -> None:
    client = house.staff()
    assert "Add a passkey" in client.get("/staff/account?lang=en").text
    settings = house.app.extensions["ticketing.settings"]
    for url, offered in (("http://127.0.0.1:8000", False), ("http://a.example", False), ("https://a.example", True)):
        house.app.extensions["ticketing.settings"] = replace(settings, public_url=url)
        assert ("Add a passkey" in client.get("/staff/account?lang=en").text) == offered, url
