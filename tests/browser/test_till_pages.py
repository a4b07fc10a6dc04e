"""Every page of the till, in both languages: valid, readable by all, and never wider than the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import cv2
import pytest
from counter import Counter
from looked_at import WIDTHS, looked_at
from playwright.sync_api import Page, Route, expect
from pypdfium2 import PdfDocument
from sqlalchemy import select

from factories import House
from html_validator import faults_of
from ticketing.core.db import reading
from ticketing.payments.cash_models import TillSale

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def every_page(till: Counter) -> dict[str, str]:
    """A path for each look of the till, and what is to be seen there; a shift is open at the end."""
    first = till.open(n1000=5)
    sold, voided = till.sold(day=1, conference=1, given=5000), till.sold(day=1)
    till.post(f"/boxoffice/sales/{voided}/void")
    till.post(f"{first}/close", note="one note fell behind the counter", **{"n-1000": 7})
    till.house.clock.advance(timedelta(hours=1))
    second = till.open(n1000=5)
    for way, reason in (
        ("in", "両替した小銭（銀行）"),
        ("out", "notes into the safe in the office on the first floor"),
    ):
        till.post(f"{second}/float", way=way, amount="3000", reason=reason)
    valid, waiting = till.sold(day=2), till.sold("phone", day=1)
    till.house.gateway.down = True
    unreachable = till.sold("phone", conference=1)
    till.house.gateway.down = False
    owed = till.sold(day=1)
    refund = {"what": "all", "confirm": "yes", "form_key": "k", "expected": "2000"}
    assert till.post(f"/office/orders/{owed}/refund", **refund).status_code == 303
    return {
        "/boxoffice": "till-tier",
        "/boxoffice?qty-1-DAY=2": 'value="2"',
        f"/boxoffice/sales/{sold}": "sold-lines",
        f"/boxoffice/sales/{valid}?ticket=2&again=yes": "till-qr",
        f"/boxoffice/sales/{voided}?done=void": "role=",
        f"/boxoffice/sales/{waiting}": "data-waits",
        f"/boxoffice/sales/{unreachable}": "/open",
        f"/boxoffice/sales/{owed}": "/back",
        f"/boxoffice/sales/{owed}?done=back": "role=",
        f"/boxoffice/sales/{valid}/print": "slip",
        first: "counted-list",
        second: "data-count",
        "/office/money": "drawers",
    }


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_of_the_till_is_valid_fits_and_can_be_read_by_all(
    house: House, visit: Callable[..., Page], address: str, tmp_path: Path, lang: str
) -> None:
    till = Counter(house, "owner", "owner")
    till.client.set_cookie("lang", lang)
    pages = {"opening": till.page()}
    paths = every_page(till)
    browsed = signed_in(till, visit(f"/?lang={lang}"), address)
    for number, (path, seen) in enumerate(paths.items()):
        pages[str(number)] = till.page(path)
        assert seen in pages[str(number)], path
        browsed.goto(address + path)
        assert looked_at(browsed, f"till-{number}-{lang}", (320, *WIDTHS)) == [], path
    for name, text in pages.items():
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")
    assert faults_of(tmp_path) == []


def test_a_slip_of_a_receipt_printer_is_one_ticket_that_a_camera_reads(
    house: House, visit: Callable[..., Page], address: str
) -> None:
    till = Counter(house)
    till.open()
    code = till.sold(day=2)
    page = signed_in(till, visit("/?lang=ja"), address)
    page.goto(f"{address}/boxoffice/sales/{code}/print")
    with PdfDocument(BytesIO(page.pdf(width="80mm", height="160mm"))) as paper:
        slips = [sheet.render(scale=200 / 72).to_numpy().copy() for sheet in paper]
    read = [cv2.QRCodeDetector().detectAndDecode(slip)[0] for slip in slips]
    tablet = house.tablet()
    assert [tablet.scan(ticket)["decision"] for ticket in read] == ["admit", "admit"]


def test_the_tablet_finds_a_sale_again_whose_answer_was_lost(
    house: House, visit: Callable[..., Page], address: str
) -> None:
    page = behind_the_drawer(house, visit, address)

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    sell_into(page, address, lose)
    assert len(sales(house)) == 1
    page.goto(f"{address}/boxoffice")
    expect(page.locator("[data-unanswered]")).to_be_visible()
    expect(page.locator("#qty-1-DAY")).to_have_value("1")
    page.get_by_role("button", name="Cash received").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing was sold twice.")
    assert len(sales(house)) == 1
    page.goto(f"{address}/boxoffice")
    expect(page.locator("[data-unanswered]")).to_be_hidden()


def test_a_choice_that_never_reached_the_house_is_there_again_or_dropped(
    house: House, visit: Callable[..., Page], address: str
) -> None:
    page = behind_the_drawer(house, visit, address)
    sell_into(page, address, lambda route: route.abort())
    page.goto(f"{address}/boxoffice")
    expect(page.locator("[data-total]")).to_have_text("¥2,000")
    page.get_by_role("link", name="Begin anew instead").click()
    expect(page.locator("[data-unanswered]")).to_be_hidden()
    expect(page.locator("[data-total]")).to_have_text("¥0")
    assert sales(house) == []


def behind_the_drawer(house: House, visit: Callable[..., Page], address: str) -> Page:
    """A tablet with an open shift."""
    till = Counter(house)
    till.open(n1000=5)
    return signed_in(till, visit("/?lang=en"), address)


def sell_into(page: Page, address: str, handler: Callable[[Route], None]) -> None:
    """Sell a ticket for cash over a network on which this happens to the form."""
    page.goto(f"{address}/boxoffice")
    page.route("**/boxoffice/sell", handler)
    page.get_by_role("button", name="One 1 DAY Ticket more").click()
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Cash received").click()
    page.unroute("**/boxoffice/sell")


def sales(house: House) -> list[TillSale]:
    """All that tills have sold."""
    with house.app.app_context(), reading() as session:
        return list(session.scalars(select(TillSale)))


def signed_in(till: Counter, page: Page, address: str) -> Page:
    """The same person in a real browser."""
    cookie = till.client.get_cookie("staff")
    assert cookie is not None
    page.context.add_cookies([{"name": "staff", "value": cookie.value, "url": address}])
    return page
