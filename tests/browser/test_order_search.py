"""Finding an order in a real browser: the list follows what is typed, fits, and can be read by all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from test_pages import findings, wide

from factories import House

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def opened(house: House, visit: Callable[..., Page], lang: str = "en", **options: object) -> Page:
    """The list of orders, signed in."""
    for name, kana in (("山田 花子", "やまだ はなこ"), ("佐藤 健", "さとう けん")):
        house.buy(day=1, name=name, kana=kana)
    token = house.staff().get_cookie("staff")
    assert token
    page = visit(f"/?lang={lang}", **options)
    page.context.add_cookies([{"name": "staff", "value": token.value, "url": page.url}])
    page.goto("/".join(page.url.split("/")[:3]) + f"/office/orders?lang={lang}")
    return page


def test_the_list_follows_what_is_typed_and_the_address_too(house: House, visit: Callable[..., Page]) -> None:
    page = opened(house, visit)
    rows = page.locator("#found li")
    expect(rows).to_have_count(2)
    page.locator("#q").press_sequentially("yama")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("山田 花子")
    expect(page.locator("#q")).to_be_focused()
    assert "q=yama" in page.url
    page.locator("#state").select_option("expired")
    expect(page.locator("#found")).to_contain_text("No order matches this")
    page.locator("#q").fill("")
    page.locator("#state").select_option("paid")
    expect(rows).to_have_count(2)


def test_without_an_answer_the_list_stays_and_says_so(house: House, visit: Callable[..., Page]) -> None:
    page = opened(house, visit)
    page.route("**/office/orders?*typing=1", lambda route: route.abort())
    page.locator("#q").press_sequentially("sato")
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#found li")).to_have_count(2)
    page.unroute("**/office/orders?*typing=1")
    page.locator("#q").press_sequentially("u")
    expect(page.locator("#found li")).to_have_count(1)
    expect(page.locator("#stale")).to_be_hidden()


def test_without_script_a_button_finds_it(house: House, visit: Callable[..., Page]) -> None:
    page = opened(house, visit, java_script_enabled=False)
    page.locator("#q").fill("さとう")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#found li")).to_have_count(1)
    expect(page.locator("#q")).to_have_value("さとう")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_list_fits_and_can_be_read_by_all(house: House, visit: Callable[..., Page], lang: str) -> None:
    page = opened(house, visit, lang)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert findings(page) == []
    assert wide(page) <= 320
