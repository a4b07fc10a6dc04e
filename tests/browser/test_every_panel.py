"""Every screen of the scanner but the verdicts: fits, can be read by all, and is worked by large keys.

`PICTURES=FOLDER scripts/test tests/browser/test_every_panel.py` keeps a picture of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from door_double import DoorDouble
from playwright.sync_api import BrowserContext, Page, expect
from scanner import CODES, FIRST, SECOND, expect_verdict, next_ticket, type_code
from test_every_verdict import SIZES
from test_scanner_screens import axe
from verdicts import still_page

pytestmark = pytest.mark.browser
FOLDER = os.environ.get("PICTURES")

SMALL_KEYS = """() => [...document.querySelectorAll("button, input:not([type=checkbox]), label.row-key")]
  .filter((control) => control.checkVisibility())
  .filter((control) => !document.querySelector("dialog[open]") || control.closest("dialog[open]"))
  .map((control) => [control.id || control.textContent.trim(), control.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < 63.9).map(([name]) => name)"""
SPILLS = """() => [...document.querySelectorAll("button, .fault, .dialog, p, h1, h2")]
  .filter((element) => element.checkVisibility() && !element.matches(".unseen"))
  .filter((element) => element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.id || element.className || element.textContent.trim())
  .concat(document.documentElement.scrollWidth > innerWidth ? ["the page"] : [])"""

Act = Callable[[Page, DoorDouble], None]


def panels() -> Iterator[tuple[str, Act]]:
    """The screens by name, in this order."""
    yield "way-in", lambda page, _: expect(page.locator("#mode-name")).to_be_visible()
    yield "typing-fault", lambda page, _: type_code(page, FIRST[:-1] + "0")
    yield "last-scans", _scans
    yield "party", lambda page, _: page.locator("#idle [data-party-part=choose]").click()
    yield "counting", _count
    yield "search", _search
    yield "override", _override
    yield "pin", lambda page, _: page.locator("[data-reason-key='override.ours']").click()
    yield "settings", _unpair
    yield "empty", _empty
    yield "selftest", _test
    yield "left-hand", _left_hand
    yield "way-out", lambda page, _: page.locator("#key-mode").click()
    yield "offline", _offline
    yield "shift", _end


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_panel_fits_every_screen(context: BrowserContext, server: DoorDouble, lang: str) -> None:
    page = still_page(context, server, lang)
    server.list.add(CODES[5], "P3XW9D", 1, name="サトウ ケン", last_at="2025-10-26T01:00:00Z")
    for name, act in panels():
        act(page, server)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(SPILLS) == [], f"{name} {size}"
            assert page.evaluate(SMALL_KEYS) == [], f"{name} {size}"
            if FOLDER:
                page.screenshot(path=Path(FOLDER) / lang / f"{size}-{name}.png")
        page.set_viewport_size({"width": 820, "height": 1180})
        assert axe(page) == [], name
        if name != "override":
            leave(page)


def leave(page: Page) -> None:
    """Close what is open by keys alone; in a search field the first one clears the text."""
    for _ in range(2):
        if page.locator("dialog[open]").count():
            page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def _scans(page: Page, server: DoorDouble) -> None:
    server.refuse(CODES[4], "already_used")
    for code, verdict, reason in ((CODES[4], "refuse", "already_used"), (SECOND, "admit", ""), (FIRST, "admit", "")):
        type_code(page, code)
        expect_verdict(page, verdict, reason)
        next_ticket(page)
    expect(page.locator("#history li")).to_have_count(3)


def _count(page: Page, _: DoorDouble) -> None:
    page.locator("#key-count").click()
    page.locator("[data-count=guest]").click()
    expect(page.locator("#counting-said")).to_contain_text("188")


def _search(page: Page, _: DoorDouble) -> None:
    page.locator("#key-search").click()
    page.locator("#search-field").fill("K7M2QF")
    page.locator("#search-field").press("Enter")
    expect(page.locator("#search-list .row-name")).to_have_count(4)


def _override(page: Page, server: DoorDouble) -> None:
    server.refuse(CODES[5], "revoked")
    type_code(page, CODES[5])
    expect_verdict(page, "refuse", "revoked")
    page.locator("#verdict-override").click()


def _unpair(page: Page, _: DoorDouble) -> None:
    page.locator("#verdict-next").click()
    page.locator("#key-settings").click()
    page.locator("#forget").click()
    expect(page.locator("#forget-sure")).to_be_visible()


def _empty(page: Page, _: DoorDouble) -> None:
    page.locator("#key-settings").click()
    page.locator("#settings-empty").click()
    expect(page.locator("#empty-go")).to_be_visible()


def _test(page: Page, _: DoorDouble) -> None:
    page.locator("#key-settings").click()
    page.locator("#settings [data-open-selftest]").click()
    page.locator("#selftest-start").click()
    expect(page.locator("[data-check=camera][data-state=bad]")).to_be_visible()


def _left_hand(page: Page, _: DoorDouble) -> None:
    page.locator("#key-settings").click()
    page.locator("[data-hand-key=left]").click()
    page.locator("#settings-close").click()


def _offline(page: Page, server: DoorDouble) -> None:
    page.locator("#key-mode").click()
    server.failing = 10**6
    expect(page.locator("#offline-banner")).to_be_visible(timeout=20_000)


def _end(page: Page, _: DoorDouble) -> None:
    page.locator("#key-settings").click()
    page.locator("#end-shift").click()
    expect(page.locator("#start-shift")).to_be_visible()
