"""The pages of people and their accounts in a real Chromium: on every screen, in both languages, for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from looked_at import look_at_all
from playwright.sync_api import Page
from pyotp import TOTP
from soft_passkey import SoftPasskey

from factories import SLUG, House
from ticketing.core.db import reading
from ticketing.staff.models import Grant, Person

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PASSWORD = "correct horse battery"
MAIL = {"email": "owner@example.com"}
ACCOUNT = "/staff/account"


def set_up(house: House, client: FlaskClient) -> str:
    """Set up the second factor; the page with the recovery codes."""
    client.post(f"{ACCOUNT}/second-factor/begin", data={"factor-password": PASSWORD})
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', client.get(f"{ACCOUNT}/second-factor").text)
    assert found
    code = TOTP(found[1].replace(" ", "")).at(house.clock.now())
    return client.post(f"{ACCOUNT}/second-factor", data={"code": code}).text


def pages_of(house: House, lang: str) -> Iterator[tuple[str, str]]:
    """Every page by name, as this house answers with it."""
    house.app.config["WTF_CSRF_ENABLED"] = False
    owner, door, nobody = house.staff(), house.staff("door", "door@example.com"), house.client
    for client in (owner, door, nobody):
        client.set_cookie("lang", lang)
    yield "sign-in", nobody.get("/staff/login").text
    yield "sign-in-wrong", nobody.post("/staff/login", data={"email": "a@example.com", "password": "x"}).text
    yield "forgotten", nobody.get("/staff/forgotten").text
    yield "forgotten-wrong", nobody.post("/staff/forgotten", data={"email": "nobody"}).text
    yield "forgotten-asked", nobody.post("/staff/forgotten", data=MAIL, follow_redirects=True).text
    yield "new-password", nobody.get(link_of(house, "/staff/password/")).text
    yield "account", owner.get(ACCOUNT).text
    yield "account-faults", owner.post(f"{ACCOUNT}/password", data={"present": "x", "password": "short"}).text
    yield "factor-begin", owner.get(f"{ACCOUNT}/second-factor").text
    yield "factor-begin-wrong", owner.post(f"{ACCOUNT}/second-factor/begin").text
    owner.post(f"{ACCOUNT}/second-factor/begin", data={"factor-password": PASSWORD})
    yield "factor-wrong", owner.post(f"{ACCOUNT}/second-factor", data={"code": "1"}).text
    yield "factor-codes", set_up(house, owner)
    key = SoftPasskey()
    made = owner.post(f"{ACCOUNT}/passkeys/options", data={"passkey-password": PASSWORD}).get_json()
    owner.post(f"{ACCOUNT}/passkeys", data={"credential": key.create(made), "passkey-name": "iPhone"})
    yield "account-factor", owner.get(ACCOUNT).text
    nobody.post("/staff/login", data={"email": "owner@example.com", "password": PASSWORD})
    yield "factor-asked", nobody.get("/staff/second-factor").text
    set_up(house, door)
    yield from people(house, owner, nobody)
    yield from privacy(house, owner)
    yield "audit", owner.get("/office/audit").text


def link_of(house: House, path: str) -> str:
    """The link in the last letter that begins so."""
    house.work()
    body = house.transport.letters[-1].get_body(("plain",))
    link = re.search(rf"http://localhost({path}\S+)", body.get_content() if body else "")
    assert link
    return link[1]


def people(house: House, owner: FlaskClient, nobody: FlaskClient) -> Iterator[tuple[str, str]]:
    """The page of people with its questions, and an invitation."""
    invited = {"event": SLUG, "email": "someone.with.a.long.name@example.com", "role": "viewer"}
    owner.post("/office/people/invitations", data=invited)
    yield "invitation", nobody.get(link_of(house, "/staff/invitation/")).text
    yield "people", owner.get("/office/people").text
    with house.app.app_context(), reading() as session:
        theirs = session.query(Grant).join(Person, Person.id == Grant.person_id).filter_by(email="door@example.com")
        grant = theirs.one().id
    for what in ("second-factor", "remove"):
        yield f"people-{what}", owner.post(f"/office/people/{grant}/{what}", data={"event": SLUG}).text


def privacy(house: House, owner: FlaskClient) -> Iterator[tuple[str, str]]:
    """What somebody asks for: nothing known, something, the question before it is erased."""
    house.buy(day=1, email="asks@example.com")
    yield "privacy", owner.get("/office/privacy").text
    yield "privacy-nothing", owner.post("/office/privacy", data={"email": "x@example.com"}).text
    yield "privacy-known", owner.post("/office/privacy", data={"email": "asks@example.com"}).text
    yield "privacy-erase", owner.post("/office/privacy/erase", data={"email": "asks@example.com"}).text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_pages_of_staff_fit_every_screen_and_can_be_read_by_all(
    house: House, visit: Callable[..., Page], tmp_path: Path, lang: str
) -> None:
    page = visit("/staff/login")
    look_at_all(page, pages_of(house, lang), lang, tmp_path)
