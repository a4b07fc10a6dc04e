"""The proof of work in a real Chromium: under our content policy, without another host, while people type."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from test_pages import SMALLEST, findings

from factories import SLUG, House
from ticketing.core.limits import make_limiter

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
REVIEW = f"/e/{SLUG}/review?qty-1-DAY=1"
PATIENCE = 60_000
DONE = {"en": "Done: your browser has shown that it is no bot.", "ja": "確認できました。"}


@pytest.fixture
def busy(house: House, tmp_path: Path) -> House:
    """A house where three orders from this machine went through already."""
    house.app.extensions["ticketing.limiter"] = make_limiter(tmp_path)
    for _ in range(3):
        assert house.order(conference=1).status_code == 303
    return house


def pay(page: Page) -> None:
    """Fill in the form and press the button."""
    page.locator("#name").fill("Hanako Yamada")
    page.locator("#email").fill("hanako@example.com")
    page.locator("form.buyer > button.button").click()


def until_ordered(house: House, page: Page, count: int) -> None:
    """Until so many orders have begun a payment."""
    for _ in range(PATIENCE // 50):
        if len(house.gateway.sessions) == count:
            return
        page.wait_for_timeout(50)
    pytest.fail("no order came")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_work_is_done_while_people_type(busy: House, visit: Callable[..., Page], lang: str) -> None:
    page = visit(f"{REVIEW}&lang={lang}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.get_by_text(DONE[lang])).to_be_visible(timeout=PATIENCE)
    assert page.locator(".proof a").count() == 0, "no link leads outward"
    pay(page)
    until_ordered(busy, page, 4)
    assert all(url.startswith(("http://127.0.0.1", "http://localhost", "https://checkout")) for url in asked), asked


def test_who_presses_too_early_has_not_to_press_again(busy: House, visit: Callable[..., Page]) -> None:
    page = visit(f"{REVIEW}&lang=en")
    pay(page)
    until_ordered(busy, page, 4)


def test_an_order_from_a_page_without_the_proof_is_kept_and_then_goes(busy: House, visit: Callable[..., Page]) -> None:
    limiter = busy.app.extensions["ticketing.limiter"]
    busy.app.extensions["ticketing.limiter"] = None
    page = visit(f"{REVIEW}&lang=en")
    busy.app.extensions["ticketing.limiter"] = limiter
    pay(page)
    expect(page.locator("#notice")).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_value("Hanako Yamada")
    page.locator("form.buyer > button.button").click()
    until_ordered(busy, page, 4)


def test_without_script_the_form_goes_slowly(busy: House, visit: Callable[..., Page]) -> None:
    page = visit(f"{REVIEW}&lang=en", java_script_enabled=False)
    expect(page.get_by_text("It may take some minutes")).to_be_visible()
    pay(page)
    until_ordered(busy, page, 4)


def test_a_browser_whose_work_fails_goes_slowly(busy: House, visit: Callable[..., Page]) -> None:
    page = visit("/robots.txt")
    page.route("**/proof/order", lambda route: route.abort())
    page.goto(page.url.replace("/robots.txt", f"{REVIEW}&lang=en"))
    expect(page.get_by_text("It may take some minutes")).to_be_visible(timeout=PATIENCE)
    pay(page)
    until_ordered(busy, page, 4)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_questions_and_the_work_fit_the_smallest_screen_in_large_letters(
    busy: House, visit: Callable[..., Page], lang: str
) -> None:
    page = visit(f"/?lang={lang}", viewport=SMALLEST)
    large = page.context.new_cdp_session(page)
    large.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 32}})
    page.goto(f"{page.url.partition('/?')[0]}{REVIEW}")
    page.locator("#email").fill("hanako@docomo.co.jp")
    page.locator("form.buyer > button.button").click()
    expect(page.locator("#faults")).to_be_focused(timeout=PATIENCE)
    expect(page.get_by_text(DONE[lang])).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"]
    assert findings(page) == []


def test_the_suggestion_is_taken_by_the_keyboard_and_enter_takes_what_is_typed(
    house: House, visit: Callable[..., Page]
) -> None:
    page = visit(f"{REVIEW}&lang=en")
    page.locator("#name").fill("Hanako Yamada")
    page.locator("#email").fill("hanako@gmial.com")
    page.keyboard.press("Enter")
    expect(page.locator("#faults")).to_be_focused(timeout=PATIENCE)
    page.locator("#email").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Use hanako@gmail.com")).to_be_focused()
    page.locator("#email").focus()
    page.keyboard.press("Enter")
    until_ordered(house, page, 1)
    (params,) = house.gateway.params.values()
    assert params["customer_email"] == "hanako@gmial.com"
