"""What every page of staff is held to, on every screen."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Page
from test_pages import findings

from html_validator import faults_of

WIDTHS = (390, 820, 1440)


def looked_at(page: Page, name: str, widths: Iterable[int] = WIDTHS) -> list[str]:
    """What is wrong with the page that is open: wider than a screen, or what axe finds.

    With `PICTURES` set to a folder, what is seen is kept there.
    """
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name}: wider than {width} px")
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    return found + [f"{name}: {one}" for one in findings(page)]


def look_at_all(page: Page, pages: Iterable[tuple[str, str]], lang: str, folder: Path) -> None:
    """Show these texts one after the other, at the house that the page is at: all are in this language, valid, fit
    every screen and can be read by all. Each is made when the one before was looked at."""
    house = page.url.partition("/staff")[0]
    found: list[str] = []
    shown = [""]
    page.route("**/shown", lambda route: route.fulfill(body=shown[-1], content_type="text/html; charset=utf-8"))
    for name, text in pages:
        (folder / f"{name}-{lang}.html").write_text(text, encoding="utf-8")
        shown.append(text)
        page.goto(f"{house}/shown")
        assert page.locator("html").get_attribute("lang") == lang
        found += looked_at(page, f"{name}-{lang}")
    assert found == []
    assert faults_of(folder) == []
