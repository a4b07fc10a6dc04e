"""Every page of the shop, in every state, both languages, dark and light: readable by all, on any screen, in any size.

`PICTURES=FOLDER scripts/test tests/browser/test_every_page.py` keeps a picture of each.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route
from test_pages import PHONE, SMALLEST, findings, pale

from factories import House
from shop_walk import Walk, pages_of_the_shop

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
USUAL, LARGE = 16, 32
SCREENS = (320, 390, 820, 1440)
DARK = {"ja": "dark", "en": "light"}
"""In which light pictures are taken."""


class Looking:
    """A reader with a phone who reads each page in the dark and in the light, and in large letters."""

    def __init__(self, page: Page, address: str, lang: str) -> None:
        self.browser = page
        self.address = address
        self.lang = lang
        self.settings = page.context.new_cdp_session(page)

    def page(self, name: str, path: str) -> None:
        """Open a page and look at it."""
        self.browser.goto(self.address + path)
        self._look(name)

    def answer(self, name: str, path: str, text: str) -> None:
        """Look at what a form was answered with."""

        def give(route: Route) -> None:
            route.fulfill(body=text, content_type="text/html; charset=utf-8")

        self.browser.route(self.address + path, give)
        self.page(name, path)
        self.browser.unroute(self.address + path, give)

    def _look(self, name: str) -> None:
        assert self.browser.locator("html").get_attribute("lang") == self.lang, name
        self.browser.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert findings(self.browser) == [], name
        self.browser.emulate_media(color_scheme="light", reduced_motion="reduce")
        assert pale(self.browser) == [], f"{name} in the light"
        self.browser.set_viewport_size(SMALLEST)
        for size in (USUAL, LARGE):
            self._letters(size)
            assert self.browser.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"], (name, size)
        self._keep_pictures(name)
        self._letters(USUAL)
        self.browser.set_viewport_size(PHONE)

    def _letters(self, size: int) -> None:
        self.settings.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size}})
        shown = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
        self.browser.wait_for_function(f"{shown} === {size}")

    def _keep_pictures(self, name: str) -> None:
        folder = os.environ.get("PICTURES")
        if folder is None:
            return
        self.browser.emulate_media(color_scheme=DARK[self.lang], reduced_motion="reduce")  # type: ignore[arg-type]
        for size, widths in ((LARGE, (SMALLEST["width"],)), (USUAL, SCREENS)):
            self._letters(size)
            for width in widths:
                self.browser.set_viewport_size({"width": width, "height": 844})
                file = Path(folder) / f"{width}{'-large' * (size == LARGE)}-{name}-{self.lang}.png"
                self.browser.screenshot(path=file, full_page=True)


@pytest.mark.usefixtures("with_wallets")
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_of_the_shop_can_be_read_by_all(
    house: House, visit: Callable[..., Page], address: str, lang: str, tmp_path: Path
) -> None:
    walk = Walk(house, Looking(visit(f"/?lang={lang}"), address, lang), lang, tmp_path)
    walk.everything()
    assert pages_of_the_shop(house) - walk.seen == set()
