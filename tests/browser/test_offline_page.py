"""The scanner page as an app: it opens without a network, and a new version waits until somebody wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from house_at_the_door import LONG, Door, cut, start_shift, wait_until
from playwright.sync_api import Browser, Page, expect
from scanner import FIRST, expect_verdict, next_ticket, ticket_image, type_code

from factories import House

pytestmark = pytest.mark.browser


@pytest.fixture
def door(house: House, browser: Browser) -> Iterator[Door]:
    opened = Door(house)
    opened.open()
    yield opened
    for context in browser.contexts:
        context.close()
    opened.shut()


def test_the_camera_reads_after_a_start_without_network(door: Door, filmed: Callable[..., Page]) -> None:
    page = filmed(ticket_image(FIRST), held=2)
    door.pair(page, "A")
    page.evaluate("navigator.serviceWorker.ready")
    wait_until(page, "navigator.serviceWorker.controller !== null")
    cut(page.context)
    page.goto("about:blank")
    page.goto(door.address)
    start_shift(page)
    expect_verdict(page, "ask", "undecided")


def test_the_page_opens_when_the_server_is_gone(door: Door, browser: Browser) -> None:
    page = door.tablet(browser)
    door.shut()
    page.goto(door.address.partition("?")[0])
    start_shift(page)
    expect(page.locator("#offline-banner")).to_be_visible(timeout=LONG)
    font = "document.fonts.load('20px Marquee').then((faces) => faces.length)"
    assert page.evaluate(font) == 1


def test_a_new_version_waits_until_it_is_wanted(door: Door, browser: Browser) -> None:
    page = door.tablet(browser)
    wait_until(page, "navigator.serviceWorker.controller !== null")
    assert len(page.evaluate("caches.keys()")) == 1
    door.shut()
    door.wrap = another_version
    door.open()
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    wait_until(page, "navigator.serviceWorker.ready.then(({ waiting }) => waiting !== null)")
    page.reload()
    start_shift(page)
    assert page.evaluate("navigator.serviceWorker.ready.then(({ waiting }) => waiting !== null)")
    type_code(page, FIRST)
    expect_verdict(page, "refuse", "unknown")
    next_ticket(page)
    page.evaluate("navigator.serviceWorker.ready.then(({ waiting }) => waiting.postMessage('take over'))")
    wait_until(page, "navigator.serviceWorker.ready.then(({ waiting }) => waiting === null)")
    wait_until(page, "caches.keys().then((names) => names.length === 1 && names[0].endsWith('next'))")


def another_version(app: Any) -> Any:
    """The same house after an update: its service worker is another one."""

    def serve(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/door/sw.js":
            yield from app(environ, start)
            return
        kept: list[tuple[str, list[tuple[str, str]]]] = []
        body = b"".join(app(environ, lambda status, headers, _=None: kept.append((status, headers))))
        start(kept[0][0], [pair for pair in kept[0][1] if pair[0] != "Content-Length"])
        yield body.replace(b'{"version": "', b'{"version": "next-', 1).replace(b'", "page"', b'-next", "page"', 1)

    return serve
