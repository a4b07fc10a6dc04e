"""Every page of staff, in both languages: a page that nobody looks at fails. Its other states are looked at with its
neighbours.

`PICTURES=FOLDER scripts/test tests/browser/test_every_staff_page.py` keeps a picture of each at three widths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from counter import Counter
from flask.testing import FlaskClient
from looked_at import look_at_all
from playwright.sync_api import Page
from test_staff_pages import PASSWORD, link_of, set_up

from everything import ids_of_everything
from factories import SLUG, House
from ticketing.office.editor_sections import SECTIONS

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PLACES = ("/office", "/boxoffice", "/staff")
NO_PAGES = (".json", ".zip", ".pdf", "<kind>.<form>")


def pages_of_staff(house: House) -> set[str]:
    """The rules of all addresses at which staff are shown a page."""
    rules = [one for one in house.app.url_map.iter_rules() if one.rule.startswith(PLACES)]
    return {one.rule for one in rules if "GET" in (one.methods or ()) and not one.rule.endswith(NO_PAGES)}


class Round:
    """Somebody who opens one page after the other in a language, and remembers which there were."""

    def __init__(self, house: House, lang: str) -> None:
        self.house, self.lang = house, lang
        self.seen: set[str] = set()
        self.count = 0
        house.app.config["WTF_CSRF_ENABLED"] = False

    def signed_in(self, email: str = "owner@example.com") -> FlaskClient:
        """An owner's browser in this language."""
        return self._in_language(self.house.staff(email=email))

    def nobody(self) -> FlaskClient:
        return self._in_language(self.house.client)

    def opened(self, client: FlaskClient, path: str) -> tuple[str, str]:
        """A page that is there, with a name for its picture."""
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), path
        rule, _values = self.house.app.url_map.bind("localhost").match(path.partition("?")[0], return_rule=True)
        self.seen.add(rule.rule)
        self.count += 1
        return f"{self.count:02}-{re.sub(r'[^a-z]+', '-', path.partition('?')[0])[1:40]}", answer.text

    def _in_language(self, client: FlaskClient) -> FlaskClient:
        client.set_cookie("lang", self.lang)
        return client


def the_office(going: Round) -> Iterator[tuple[str, str]]:
    """What owners see of an event with one of each on it."""
    owner, ids = going.signed_in(), ids_of_everything(going.house)
    other = {f"/office/drafts/{ids['draft_id']}/{section.name}" for section in SECTIONS}
    for rule in sorted(pages_of_staff(going.house)):
        if rule.startswith("/office"):
            other.add(re.sub(r"<(?:\w+:)?(\w+)>", lambda part: ids[part[1]], rule))
    for path in sorted(other):
        yield going.opened(owner, path)


def the_till(going: Round) -> Iterator[tuple[str, str]]:
    """A drawer, a sale, its slip, a sale that is looked for in vain."""
    till = Counter(going.house)
    till.client.set_cookie("lang", going.lang)
    shift = till.open(n1000=5)
    sale = f"/boxoffice/sales/{till.sold(day=1)}"
    for path in ("/boxoffice", sale, f"{sale}/print", shift):
        yield going.opened(till.client, path)
    lost = till.client.get("/boxoffice/sales?code=NOTHING")
    assert (lost.status_code, lost.mimetype) == (404, "text/html")
    going.seen.add("/boxoffice/sales")
    yield "boxoffice-sales", lost.text


def accounts(going: Round) -> Iterator[tuple[str, str]]:
    """Signing in, being invited, having forgotten, the second factor."""
    house, nobody, somebody = going.house, going.nobody(), going.signed_in("owner-2@example.com")
    for path in ("/staff/login", "/staff/forgotten"):
        yield going.opened(nobody, path)
    nobody.post("/staff/forgotten", data={"email": "owner-2@example.com"})
    yield going.opened(nobody, link_of(house, "/staff/password/"))
    somebody.post("/office/people/invitations", data={"event": SLUG, "email": "new@example.com", "role": "viewer"})
    yield going.opened(nobody, link_of(house, "/staff/invitation/"))
    for path in ("/staff/account", "/staff/account/second-factor"):
        yield going.opened(somebody, path)
    set_up(house, somebody)
    nobody.post("/staff/login", data={"email": "owner-2@example.com", "password": PASSWORD})
    yield going.opened(nobody, "/staff/second-factor")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_of_staff_fits_every_screen_and_can_be_read_by_all(
    house: House, visit: Callable[..., Page], tmp_path: Path, lang: str
) -> None:
    page, going = visit("/staff/login"), Round(house, lang)

    def everything() -> Iterator[tuple[str, str]]:
        for part in (the_office, the_till, accounts):
            yield from part(going)

    look_at_all(page, everything(), lang, tmp_path)
    assert pages_of_staff(house) - going.seen == set()
