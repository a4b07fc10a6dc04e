"""A buyer in a cellar: what was opened once opens without a network, and with one it is what is so now."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from house_at_the_door import Door, wait_until
from playwright.sync_api import Browser, Error, Page, expect

from factories import House
from ticketing.core.db import writing
from ticketing.tickets.issue import revoke

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
# A worker that works and has all that it keeps; then the server may go.
KEPT = "navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def door(house: House) -> Iterator[Door]:
    opened = Door(house)
    opened.open()
    yield opened
    opened.shut()


@pytest.fixture
def visit(browser: Browser, door: Door) -> Iterator[Callable[[str], Page]]:
    """Opens a path of the house on a new phone; it must not have complained when the test is over."""
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce", locale="en")
    complaints: list[str] = []

    def go(path: str) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.goto(f"http://127.0.0.1:{door.port}{path}")
        return page

    yield go
    context.close()
    assert complaints == []


def read(page: Page) -> str:
    """What a scanner would read from the page: the path of the symbol."""
    return str(page.locator("svg.qr path").get_attribute("d"))


def test_a_ticket_opened_once_opens_without_the_server(house: House, door: Door, visit: Callable[[str], Page]) -> None:
    path = house.buy(day=2)
    page = visit(f"{path}/t/1")
    symbol = read(page)
    wait_until(page, KEPT)
    door.shut()
    page.reload()
    assert read(page) == symbol
    expect(page.locator(".ticket-code")).to_have_text(f"{path.split('/')[2]}-1")
    assert page.evaluate("document.fonts.load('20px Marquee').then((faces) => faces.length)") == 1
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.door-ticket')).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    page.get_by_role("link", name="Next ticket").click()
    expect(page.locator(".ticket-code")).to_have_text(f"{path.split('/')[2]}-2")
    assert read(page) != symbol


def test_the_link_of_the_letter_is_enough(house: House, door: Door, visit: Callable[[str], Page]) -> None:
    page = visit(house.buy(day=1))
    wait_until(page, KEPT)
    door.shut()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paid. See you on 26 October.")
    page.get_by_role("link", name="Show at door").click()
    expect(page.locator("svg.qr")).to_be_visible()
    page.get_by_role("link", name="Close").click()
    expect(page.get_by_role("link", name="Show at door")).to_be_visible()


def test_a_network_that_is_too_slow_for_a_queue_is_not_waited_for(
    house: House, door: Door, visit: Callable[[str], Page]
) -> None:
    page = visit(f"{house.buy(day=1)}/t/1")
    symbol = read(page)
    wait_until(page, KEPT)
    door.shut()
    crawling = threading.Event()
    door.wrap = lambda app: lambda environ, start: [crawling.wait(60), app(environ, start)][1]
    door.open()
    page.reload(timeout=20_000)
    assert read(page) == symbol
    assert not crawling.is_set()
    crawling.set()


def test_with_a_network_the_page_is_what_is_so_now(house: House, visit: Callable[[str], Page]) -> None:
    path = house.buy(day=2)
    page = visit(f"{path}/t/1")
    wait_until(page, KEPT)
    with house.app.app_context(), writing() as session:
        revoke(session, path.split("/")[2], [1], house.clock.now())
    page.reload()
    expect(page.locator(".ticket-void")).to_be_visible()
    expect(page.locator("svg.qr")).to_have_count(0)


def test_nothing_stays_on_the_device_when_no_ticket_is_left(
    house: House, door: Door, visit: Callable[[str], Page]
) -> None:
    path = house.buy(day=1)
    page = visit(f"{path}/t/1")
    wait_until(page, KEPT)
    assert page.evaluate("caches.keys().then((names) => names.length)") == 1
    with house.app.app_context(), writing() as session:
        revoke(session, path.split("/")[2], [1], house.clock.now())
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    wait_until(page, "caches.keys().then((names) => names.length === 0)")
    wait_until(page, "navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)")


def test_other_pages_are_not_kept(house: House, door: Door, visit: Callable[[str], Page]) -> None:
    page = visit(house.buy(day=1))
    wait_until(page, KEPT)
    kept = page.evaluate(
        "caches.keys().then((names) => caches.open(names[0])).then((cache) => cache.keys())"
        ".then((all) => all.map((request) => new URL(request.url).pathname))"
    )
    own = [path for path in kept if not path.startswith("/static/build/")]
    assert sorted(own) == sorted([page.evaluate("location.pathname"), f"{page.evaluate('location.pathname')}/t/1"])
    door.shut()
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.goto(f"http://127.0.0.1:{door.port}/")
