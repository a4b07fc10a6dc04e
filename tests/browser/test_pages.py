"""The pages for buyers and organizers in a real Chromium: they work without script, fit, and can be read by all."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from factories import SLUG, House

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, SMALLEST = {"width": 390, "height": 844}, {"width": 320, "height": 640}


def findings(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """What axe-core finds wrong, everything folded open but a menu, which lies over what is below it."""
    page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true; })")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return _told(page.evaluate("(tags) => axe.run(document, { runOnly: tags })", rules))


def pale(page: Page) -> list[str]:
    """What of a page that was looked at is hard to read in the light that it is in now."""
    return _told(page.evaluate("axe.run(document, { runOnly: { type: 'rule', values: ['color-contrast'] } })"))


def _told(found: dict[str, Any]) -> list[str]:
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]


def wide(page: Page) -> int:
    """How wide the page is laid out on the smallest phone."""
    page.set_viewport_size(SMALLEST)
    width: int = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(PHONE)
    return width


def test_the_office_can_be_read_by_all(house: House, visit: Callable[..., Page], address: str) -> None:
    house.tablet().scan(house.codes(house.buy(day=1))[0])
    cookie = house.staff().get_cookie("staff")
    assert cookie
    page = visit("/staff/login")
    assert findings(page) == []
    assert wide(page) <= SMALLEST["width"]
    page.context.add_cookies([{"name": "staff", "value": cookie.value, "url": address}])
    for path in ("/office", "/office/devices"):
        page.goto(address + path)
        assert findings(page) == [], path


def test_a_ticket_is_chosen_and_ordered_without_script(house: House, visit: Callable[..., Page]) -> None:
    page = visit(f"/e/{SLUG}?lang=en", java_script_enabled=False)
    page.get_by_label("How many? 1 DAY Ticket").select_option("2")
    page.get_by_role("button", name="Review your order").click()
    page.get_by_label("Your name").fill("Hanako Yamada")
    page.get_by_label("E-mail").fill("hanako@example.com")
    page.get_by_role("button", name="Pay ¥4,000").click()
    for _ in range(200):
        if house.gateway.sessions:
            break
        page.wait_for_timeout(50)
    (session,) = house.gateway.sessions.values()
    assert session.amount == 4000


def test_the_faults_take_the_focus(visit: Callable[..., Page]) -> None:
    page = visit(f"/e/{SLUG}/review?qty-1-DAY=1&lang=en")
    page.get_by_role("button", name="Pay ¥2,000").click()
    expect(page.locator("#faults")).to_be_focused()
    page.get_by_role("link", name="Your name").click()
    expect(page.get_by_label("Your name")).to_be_focused()


def test_the_order_page_shows_the_tickets_by_itself(house: House, visit: Callable[..., Page]) -> None:
    session_id = house.order(day=1).location.rpartition("/")[2]
    page = visit(f"{house.path(session_id)}?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for Stripe…")
    house.gateway.pay(session_id)
    house.hook(session_id)
    house.work()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paid. See you on 26 October.", timeout=20_000)
    expect(page.get_by_role("link", name="Show at door")).to_have_count(1)
    expect(page.locator("main")).to_have_class("just-paid")


def test_the_office_keeps_itself_up_to_date(house: House, visit: Callable[..., Page], address: str) -> None:
    code = house.codes(house.buy(day=1))[0]
    cookie = house.staff().get_cookie("staff")
    assert cookie
    page = visit("/staff/login")
    page.context.add_cookies([{"name": "staff", "value": cookie.value, "url": address}])
    page.goto(f"{address}/office?lang=en")
    expect(page.locator("#no-scans")).to_be_visible()
    house.tablet().scan(code)
    expect(page.locator("#scan-rows tr")).to_have_count(1, timeout=20_000)
    expect(page.locator("#scan-rows .badge.good")).to_have_text("let in")
    expect(page.locator(".big")).to_have_text("1")
