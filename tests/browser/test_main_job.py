"""The whole main job in a real browser, on a house started as its user starts it: buy, pay, print, scan, watch."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from fake_camera import Picture
from playwright.sync_api import Browser, Page, expect
from pypdfium2 import PdfDocument
from running import SLUG, Running, running
from scanner import pair_with

pytestmark = pytest.mark.browser


@pytest.fixture(params=["sqlite", "postgresql"])
def started(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    """A house in an empty folder, on either database."""
    environment = {}
    if request.param == "postgresql":
        cluster = request.getfixturevalue("pg_cluster")
        environment["DATABASE_URL"] = cluster.create_database(f"browser_{tmp_path.name.replace('-', '_')}"[:60])
    with running(tmp_path / "instance", **environment) as house:
        yield house


def test_from_the_link_to_the_way_in(started: Running, browser: Browser, filmed: Callable[..., Page]) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="ja-JP", reduced_motion="reduce")
    page = phone.new_page()
    order_url = buy(page, started)
    pictures = print_out(page, order_url)
    letter_is_there(page, started)
    tablet = pair_with(filmed(*pictures[:1], held=2, height=700), f"{started.url}/door?lang=ja", started.pairing)
    expect(tablet.locator("#history li")).to_have_count(1, timeout=30_000)
    assert tablet.evaluate("window.verdicts[0]") == "admit"
    expect(tablet.locator("#idle [data-status=inside]")).to_have_text("1 / 300")
    watch(browser, started)
    phone.close()
    assert json.loads(started.command("doctor", "--json"))["ok"] is True


def buy(page: Page, house: Running) -> str:
    """Choose, check, pay with a card, and see the page turn to paid by itself."""
    page.goto(f"{house.url}/e/{SLUG}")
    page.select_option('select[name="qty-1-DAY"]', "2")
    page.select_option('select[name="qty-EVENT-ONLY"]', "1")
    page.locator('form[action$="/review"] button').first.click()
    expect(page.locator("main")).to_contain_text("5,000")
    page.fill('input[name="name"]', "山田 花子")
    page.fill('input[name="email"]', "hanako@example.com")
    page.locator("details.attendees summary").click()
    page.fill('input[name="attendee-3"]', "髙橋 美咲")
    page.locator('form[action$="/orders"] > button.button').click()
    page.wait_for_url(f"{house.standin}/**")
    page.fill('input[name="card_number"]', "4242424242424242")
    page.fill('input[name="exp"]', "12/34")
    page.fill('input[name="cvc"]', "123")
    page.locator("form button").first.click()
    page.wait_for_url(re.compile(re.escape(f"{house.url}/o/")))
    expect(page.locator("main")).to_contain_text("お支払いが完了しました", timeout=30_000)
    expect(page.locator("main")).to_contain_text("髙橋 美咲")
    return page.url.partition("?")[0]


def print_out(page: Page, order_url: str) -> list[Picture]:
    """The PDF behind the order page's link, as it looks on paper."""
    assert page.locator('a[href$="/tickets.pdf"]').count() == 1
    answer = page.request.get(f"{order_url}/tickets.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    with PdfDocument(BytesIO(answer.body())) as document:
        pictures = [sheet.render(scale=150 / 72).to_numpy().copy() for sheet in document]
    assert len(pictures) == 3
    return pictures


def letter_is_there(page: Page, house: Running) -> None:
    """One letter in the inbox page, with the PDF."""
    page.goto(house.inbox)
    expect(page.locator("body")).to_contain_text("hanako@example.com", timeout=30_000)
    expect(page.locator("body")).to_contain_text(".pdf")


def watch(browser: Browser, house: Running) -> None:
    """The organizer signs in and sees the sale and the scan."""
    desk = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = desk.new_page()
    page.goto(f"{house.url}/office")
    page.fill('input[name="email"]', "owner@example.com")
    page.fill('input[name="password"]', house.logins["owner@example.com"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("main")).to_contain_text("¥5,000")
    expect(page.locator('[data-figure="big"]').first).to_have_text("1")
    expect(page.locator("main")).to_contain_text("1 DAY")
    desk.close()
