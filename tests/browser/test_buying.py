"""Buying as people do it who have no mouse, no script, a small screen, large letters or a slow line."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from test_pages import findings

import promo_codes
from factories import SLUG, House
from ticketing.core.db import reading
from ticketing.waiting.links import path_of
from ticketing.waiting.models import WaitingEntry

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
MOST_BYTES = 150_000


def tab_to(page: Page, selector: str) -> None:
    """Go on with the tab key until this has the focus, which must be seen."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert shown != "none", f"{selector}: nobody sees that it has the focus"
            return
    raise AssertionError(f"the tab key never comes to {selector}")


def asked_of_stripe(house: House, page: Page) -> int:
    """What the one order comes to that Stripe was asked to take, once it was."""
    for _ in range(200):
        if house.gateway.sessions:
            break
        page.wait_for_timeout(50)
    (session,) = house.gateway.sessions.values()
    return session.amount


def test_a_ticket_is_bought_by_the_keyboard_alone(house: House, visit: Callable[..., Page]) -> None:
    page = visit(f"/e/{SLUG}?lang=en")
    tab_to(page, "#qty-1-DAY")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, "form .button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your order")
    tab_to(page, "#name")
    page.keyboard.type("Hanako Yamada")
    tab_to(page, "#email")
    page.keyboard.type("hanako@example.com")
    tab_to(page, "form.buyer .button")
    page.keyboard.press("Enter")
    assert asked_of_stripe(house, page) == 4000


@pytest.mark.parametrize("script", [True, False])
def test_the_price_with_a_code_is_seen_before_anything_is_ordered(
    house: House, visit: Callable[..., Page], script: bool
) -> None:
    promo_codes.make(house, "EARLY", percent=10)
    page = visit(f"/e/{SLUG}/review?qty-1-DAY=2&lang=en", java_script_enabled=script)
    page.get_by_label("Your name").fill("Hanako Yamada")
    page.get_by_text("I have a promo code").click()
    page.get_by_label("Promo code").fill("early")
    if script:
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="See the price with this code").click()
    expect(page.get_by_role("button", name="Pay ¥3,600")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Hanako Yamada")
    expect(page.get_by_label("Promo code")).to_have_value("early")
    page.get_by_label("E-mail").fill("hanako@example.com")
    page.get_by_role("button", name="Pay ¥3,600").click()
    assert asked_of_stripe(house, page) == 3600


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_event_page_is_light_and_asks_nobody_else(
    house: House, visit: Callable[..., Page], address: str, lang: str
) -> None:
    page = visit("/robots.txt")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    sent: list[int] = []
    hosts: set[str] = set()
    line.on("Network.loadingFinished", lambda one: sent.append(one["encodedDataLength"]))
    line.on("Network.requestWillBeSent", lambda one: hosts.add(urlsplit(one["request"]["url"]).netloc))
    page.goto(f"{address}/e/{SLUG}?lang={lang}", wait_until="networkidle")
    assert hosts - {""} == {urlsplit(address).netloc}
    assert 10_000 < sum(sent) <= MOST_BYTES


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_who_waits_can_read_every_page(house: House, visit: Callable[..., Page], address: str, lang: str) -> None:
    house.set_capacity(2)
    house.buy(conference=2)
    page = visit(f"/e/{SLUG}?lang={lang}")
    page.locator('a[href*="waiting"]').first.click()
    assert findings(page) == []
    page.locator("#email").fill("hanako")
    page.locator("form.buyer .button").click()
    expect(page.locator("#faults")).to_be_focused()
    assert findings(page) == []
    page.locator("#email").fill("hanako@example.com")
    page.locator("form.buyer .button").click()
    page.wait_for_url("**/waiting/joined")
    assert findings(page) == []
    house.work()
    with house.app.app_context(), reading() as session:
        (entry,) = session.query(WaitingEntry)
        path = path_of(entry.id)
    page.goto(address + path)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "次はあなたの番です。" if lang == "ja" else "You are the next in line."
    )
    assert findings(page) == []
