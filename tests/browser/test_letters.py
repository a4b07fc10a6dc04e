"""Every letter as a mail program shows it: readable by all, on the smallest phone, and nothing comes from outside."""

from __future__ import annotations

import os
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from test_pages import SMALLEST, findings

from every_letter import Story
from factories import House

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SECRET = re.compile(r"/[0-9a-z]{26}\b|/staff/password/")
ALONE = ("このリンクはお客様専用です", "The link is yours alone")
LONG = {
    "buyer": "アレクサンドラ・コンスタンティノプルー゠ヴァンデンブルク Wolfeschlegelsteinhausenbergerdorff",
    "friend": "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末",
    "domain": "a-mail-server-with-a-rather-long-name.department.example.co.jp",
}


def part(message: EmailMessage, kind: str) -> str:
    """The text or the HTML of a letter."""
    found = message.get_body((kind,))
    assert found is not None
    content: str = found.get_content()
    return content


def letters(house: House, lang: str, **people: str) -> dict[str, EmailMessage]:
    """All that the house can write to guests, and some to its staff, by kind, to people of these names."""
    sent = Story(house, lang, **people).tell()
    kinds = {kind for kind in house.app.extensions["ticketing.composers"] if not kind.startswith("staff.")}
    assert kinds - set(sent) == set()
    return sent


def keep_picture(page: Page, name: str) -> None:
    """A picture of the letter where somebody asks for pictures."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"letter-{name}.png", full_page=True)


def assert_both_say_the_same(kind: str, text: str, html: str) -> None:
    """Text and HTML lead to the same places, and warn where a link is for its reader alone, only there."""
    assert set(re.findall(r'href="(http[^"]+)"', html)) == set(re.findall(r"http\S+", text)), kind
    for one in (text, html):
        assert any(word in one for word in ALONE) == (SECRET.search(text) is not None), kind


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_letter_can_be_read_by_all(house: House, browser: Browser, lang: str) -> None:
    page = browser.new_page(viewport=SMALLEST)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    for kind, message in letters(house, lang).items():
        page.set_content(part(message, "html"))
        assert page.locator("html").get_attribute("lang") == str(message["Content-Language"]), kind
        assert page.title() == str(message["Subject"]), kind
        assert findings(page, RULES) == [], kind
        for width in (320, 390, 700):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{kind} at {width} px"
        assert_both_say_the_same(kind, part(message, "plain"), part(message, "html"))
        keep_picture(page, f"{kind}-{lang}")
    page.close()
    assert asked == []


def test_the_longest_names_and_addresses_fit_into_every_letter(house: House, browser: Browser) -> None:
    page = browser.new_page(viewport=SMALLEST)
    for kind, message in letters(house, "ja", **LONG).items():
        page.set_content(part(message, "html"))
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"], kind
        keep_picture(page, f"{kind}-long")
    page.close()
