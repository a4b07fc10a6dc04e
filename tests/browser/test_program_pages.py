"""The pages about programs in a real Chromium: tokens and webhooks, on every screen, in both languages, for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from looked_at import look_at_all
from playwright.sync_api import Page

from factories import SLUG, House
from receiver import Receiver, hook_of, receiver, tell
from ticketing.api.notices import CHOOSABLE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
NAME = "会計ソフトへの取り込み Accounts, every night, to the ledger"


def signed_in(house: House, lang: str) -> FlaskClient:
    """A browser of the owner in this language."""
    owner = house.staff(email="somebody.with.a.long.name@example.com")
    owner.set_cookie("lang", lang)
    return owner


def pages_of(house: House, lang: str, there: Receiver) -> Iterator[tuple[str, str]]:
    """Every page by name, as this house answers with it."""
    house.app.config["WTF_CSRF_ENABLED"] = False
    owner = signed_in(house, lang)
    yield "tokens-none", owner.get("/office/api").text
    token = {"event": SLUG, "name": NAME, "scope": ["events:read", "orders:read", "personal:read"], "life": "30"}
    yield "token-made", owner.post("/office/api/tokens", data=token).text
    owner.post("/office/api/tokens", data={**token, "life": ""})
    house.clock.advance(timedelta(days=31))
    owner = signed_in(house, lang)
    yield "tokens-fault", owner.post("/office/api/tokens", data={"event": SLUG, "name": ""}).text
    yield "hooks-none", owner.get("/office/api/hooks").text
    yield "hooks-fault", owner.post("/office/api/hooks", data={"event": SLUG, "name": NAME, "address": "x"}).text
    yield from hook_pages(house, owner, there)


def hook_pages(house: House, owner: FlaskClient, there: Receiver) -> Iterator[tuple[str, str]]:
    """A webhook from its making to its end."""
    house.publish(starts_at=house.clock.now() + timedelta(days=9))
    address = f"{there.address}&a-key-that-is-long={'x' * 90}"
    form = {"event": SLUG, "name": NAME, "address": address, "type": list(CHOOSABLE)}
    yield "hook-made", owner.post("/office/api/hooks", data=form).text
    path = f"/office/api/hooks/{hook_of(house).id}"
    for status in (200, 500):
        there.usual = status
        house.buy(day=1)
        tell(house)
    house.buy(conference=1)
    tell(house)
    yield "hook-failing", owner.get(f"{path}?done=test").text
    yield "hook-change-fault", owner.post(f"{path}/change", data={**form, "address": "x"}).text
    yield "hook-secret", owner.post(f"{path}/secret", data={"event": SLUG}).text
    yield "hooks-failing", owner.get("/office/api/hooks").text
    there.usual = 410
    house.clock.advance(timedelta(minutes=1))
    tell(house)
    yield "hook-gone", owner.get(path).text
    yield "today-hook-gone", owner.get("/office").text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_pages_of_programs_fit_every_screen_and_can_be_read_by_all(
    house: House, visit: Callable[..., Page], tmp_path: Path, lang: str
) -> None:
    page = visit("/staff/login")
    with receiver() as there:
        look_at_all(page, pages_of(house, lang, there), lang, tmp_path)
