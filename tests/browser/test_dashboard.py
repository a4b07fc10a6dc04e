"""The dashboard in a real Chromium: live without reload, charts drawn under the content policy, readable by all."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from test_pages import SMALLEST, findings, wide

from factories import MORNING, SLUG, House
from office_door import in_contact

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1440, 1000)}
PEOPLE = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"}


@pytest.fixture
def office(house: House, visit: Callable[..., Page], address: str) -> Page:
    """An owner's browser."""
    page = visit("/staff/login")
    enter(house, page, address, "owner@example.com")
    return page


def enter(house: House, page: Page, address: str, email: str) -> None:
    """Sign somebody in; a sign-in of days ago is over."""
    cookie = house.staff(email=email).get_cookie("staff")
    assert cookie
    page.context.add_cookies([{"name": "staff", "value": cookie.value, "url": address}])


def a_week_of_sales(house: House) -> list[str]:
    """Visits and sales on nine days, the last one a day before the event; the codes of all tickets."""
    house.publish(starts_at=MORNING + timedelta(days=9, minutes=20))
    codes = []
    for day in range(9):
        house.clock.advance(timedelta(days=min(day, 1)))
        for number in range(2 + (day * 7) % 5):
            source = ("?utm_source=newsletter", "", "")[number % 3]
            referrer = {"Referer": "https://www.filmnews.example.jp/article"} if number % 3 == 2 else {}
            house.client.get(f"/e/{SLUG}{source}", headers={**PEOPLE, **referrer})
            codes += house.codes(house.buy(day=1 + number % 3, conference=number % 2))
        house.work()
    return codes


def at_the_door(house: House, codes: list[str]) -> None:
    """Two tablets at two gates, people coming for twenty minutes, some of them turned away."""
    house.clock.advance(timedelta(days=1))
    first, second = house.tablet("A", "A-1"), house.tablet("B", "B-1")
    for number, code in enumerate(codes[:30]):
        house.clock.advance(timedelta(seconds=40))
        (first if number % 3 else second).scan(code)
    first.scan(codes[0])
    second.scan("hello")
    in_contact(house, first, battery=91, queued=0)


def is_drawn(page: Page, chart: str) -> bool:
    """Whether anything but the ground stands on a chart's canvas."""
    script = """(name) => {
        const canvas = document.querySelector(`[data-chart=${name}] canvas`);
        const picture = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return picture.data.some((value) => value > 0);
    }"""
    return bool(page.evaluate(script, chart))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_dashboard_can_be_read_by_all_on_every_screen(house: House, office: Page, address: str, lang: str) -> None:
    codes = a_week_of_sales(house)
    keep = os.environ.get("PICTURES")
    for moment in ("before", "day"):
        if moment == "day":
            at_the_door(house, codes)
        enter(house, office, address, f"{moment}@example.com")
        office.goto(f"{address}/office?lang={lang}")
        for name, (width, height) in SIZES.items():
            office.set_viewport_size({"width": width, "height": height})
            for scheme in ("dark", "light"):
                office.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                expect(office.locator("[data-chart] canvas")).to_have_count(3)
                assert all(is_drawn(office, chart) for chart in ("sales", "hours", "arrivals"))
                if keep:
                    office.screenshot(path=Path(keep) / f"office-{moment}-{name}-{scheme}-{lang}.png", full_page=True)
        assert findings(office) == []
        assert wide(office) <= SMALLEST["width"]


def test_a_sale_and_a_scan_are_seen_within_five_seconds(house: House, office: Page, address: str) -> None:
    house.tablet("A", "A-1")
    office.goto(f"{address}/office?lang=en")
    expect(office.locator("[data-part=money]")).to_contain_text("¥0")
    expect(office.locator("[data-chart=sales] canvas")).to_be_visible()
    office.get_by_text("Show as a table").first.click()
    codes = house.codes(house.buy(day=1))
    expect(office.locator("[data-part=money]")).to_contain_text("¥2,000", timeout=5000)
    house.tablet("A", "A-2").scan(codes[0])
    expect(office.locator("[data-part=arrivals]")).to_contain_text("1", timeout=5000)
    expect(office.locator("details[open]")).to_have_count(1)


def test_nothing_is_asked_for_while_nobody_looks(house: House, office: Page, address: str) -> None:
    asked: list[str] = []
    office.on("request", lambda request: asked.append(request.url) if "figures.json" in request.url else None)
    office.add_init_script("Object.defineProperty(document, 'hidden', { get: () => Boolean(window.away) });")
    office.goto(f"{address}/office?lang=en")
    expect(office.locator("[data-chart=sales] canvas")).to_be_visible()
    office.evaluate("window.away = true")
    before = len(asked)
    office.wait_for_timeout(4000)
    assert len(asked) == before
    with office.expect_request("**/figures.json*", timeout=1500):
        office.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")


def test_without_script_the_page_has_every_figure_in_a_table(
    house: House, visit: Callable[..., Page], address: str
) -> None:
    house.buy(day=2)
    page = visit("/staff/login", java_script_enabled=False)
    enter(house, page, address, "owner@example.com")
    page.goto(f"{address}/office?lang=en")
    expect(page.locator("[data-part=money]")).to_contain_text("¥4,000")
    page.get_by_text("Show as a table").nth(1).click()
    expect(page.locator("[data-part=sales] tbody tr").first).to_contain_text("2")
    expect(page.locator("[data-chart=sales]")).to_be_hidden()
