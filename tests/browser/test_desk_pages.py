"""The pages on which the office works on orders, in a real Chromium: on every screen, in both languages, for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from looked_at import look_at_all
from playwright.sync_api import Page

import promo_codes
from back_office import code_of
from factories import SLUG, House
from ticketing.core.db import reading
from ticketing.inventory.models import Allotment

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def pages_of(house: House, lang: str) -> Iterator[tuple[str, str]]:
    """Every page by name, as this house answers with it."""
    house.app.config["WTF_CSRF_ENABLED"] = False
    owner = house.staff()
    owner.set_cookie("lang", lang)
    yield from of_an_order(house, owner)
    yield from of_promo_codes(house, owner)
    yield from of_guests(house, owner)


def of_an_order(house: House, owner: FlaskClient) -> Iterator[tuple[str, str]]:
    """An order with its history, what new codes would do, and the form that puts it right."""
    here = f"/office/orders/{code_of(house.buy(day=2, conference=1))}"
    owner.post(f"{here}/note", data={"note": "お電話あり。車いすでのご来場です。\nA seat at the side, please."})
    mark = re.search(r'name="mark" value="(\w+)"', owner.get(f"{here}/correct").text)
    assert mark
    form = {"mark": mark[1], "name": "山田 花代", "kana": "やまだ はなよ", "email": "hanayo.yamada@example.com"}
    owner.post(f"{here}/correct", data={**form, "attendee-2": "佐藤 葵"})
    yield "order", owner.get(here).text
    yield "order-note-missing", owner.post(f"{here}/note", data={"note": ""}).text
    yield "order-reissue", owner.post(f"{here}/reissue", data={"ticket": ["1.1", "2.1"]}).text
    yield "correct", owner.get(f"{here}/correct").text
    yield "correct-faults", owner.post(f"{here}/correct", data={**form, "name": "", "email": "hanako@gmial.com"}).text


def of_promo_codes(house: House, owner: FlaskClient) -> Iterator[tuple[str, str]]:
    """Codes that can be used, are used up, or are over, and one that cannot be made."""
    yield "promo-codes-none", owner.get("/office/promo-codes").text
    ends_at = house.clock.now() + timedelta(hours=3)
    promo_codes.make(house, "早割-2025", percent=15, tiers=["1-DAY"], max_uses=40, ends_at=ends_at, note="会員誌")
    promo_codes.make(house, "PARTNER-OF-THE-FESTIVAL-2025", amount=300, max_uses=2, max_per_order=2)
    promo_codes.withdraw(house, promo_codes.make(house, "EARLY", percent=100))
    house.buy(day=2, code="partner-of-the-festival-2025")
    yield "promo-codes", owner.get("/office/promo-codes?done=made").text
    typed = {"event": SLUG, "word": "CHEAP", "off": "99", "tier": "EVENT-ONLY", "max_uses": "10"}
    yield "promo-codes-faults", owner.post("/office/promo-codes", data=typed).text


def of_guests(house: House, owner: FlaskClient) -> Iterator[tuple[str, str]]:
    """The guest list: empty, before tickets are given, with faults, afterwards; and a guest's own page."""
    aside = {"event": SLUG, "name": "報道関係の方", "tier": "1-DAY", "count": "12"}
    owner.post("/office/allotments", data={**aside, "until": "2025-10-26T11:00"})
    yield "allotments", owner.get("/office/allotments?done=made").text
    yield "allotments-faults", owner.post("/office/allotments", data={**aside, "count": "many"}).text
    with house.app.app_context(), reading() as session:
        path = f"/office/allotments/{session.query(Allotment).one().hold_id}"
    yield "allotments-size", owner.post(f"{path}/count", data={"count": "999", "shown": "12"}).text
    yield "allotments-release", owner.post(f"{path}/release").text
    yield "guests-none", owner.get("/office/guests").text
    form = {"event": SLUG, "tier": "1-DAY", "count": "1", "language": "ja", "purpose": "press"}
    listed = "お名前,メール,枚数,区分\n佐藤 葵,aoi@gmial.com,2,報道\n"
    listed += "Alexandra Constantinople,alexandra@example.com,,登壇者\n鈴木 一,,,"
    yield "guests-preview", owner.post("/office/guests", data={**form, "list": listed}).text
    faulty = owner.post("/office/guests", data={**form, "list": listed + "\n,x@,99,友人"})
    yield "guests-faults", faulty.text
    owner.post("/office/guests", data={**form, "list": listed, "confirm": "yes"})
    house.work()
    yield "guests-given", owner.get("/office/guests?done=3").text
    yield "guests-not-found", owner.get("/office/guests?q=nobody&for=press").text
    yield "orders-complimentary", owner.get("/office/orders?complimentary=1").text
    code = re.search(r'href="/office/orders/(\w{7})"', owner.get("/office/guests").text.partition('id="given"')[2])
    assert code
    yield "order-of-a-guest", owner.get(f"/office/orders/{code[1]}").text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_pages_of_the_desk_fit_every_screen_and_can_be_read_by_all(
    house: House, visit: Callable[..., Page], tmp_path: Path, lang: str
) -> None:
    page = visit("/staff/login")
    look_at_all(page, pages_of(house, lang), lang, tmp_path)
