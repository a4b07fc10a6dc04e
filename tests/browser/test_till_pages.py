"""Every page of the till, in both languages: valid, readable by all, and never wider than the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from counter import Counter
from playwright.sync_api import Page
from test_pages import findings

from factories import House
from html_validator import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
WIDTHS = (320, 390, 820, 1440)


def every_page(till: Counter) -> dict[str, str]:
    """A path for each look of the till, and what is to be seen there; a shift is open at the end."""
    first = till.open(n1000=5)
    sold, voided = till.sold(day=1, conference=1, given=5000), till.sold(day=1)
    till.post(f"/boxoffice/sales/{voided}/void")
    till.post(f"{first}/close", note="one note fell behind the counter", **{"n-1000": 7})
    till.house.clock.advance(timedelta(hours=1))
    second = till.open(n1000=5)
    valid, waiting = till.sold(day=2), till.sold("phone", day=1)
    till.house.gateway.down = True
    unreachable = till.sold("phone", conference=1)
    till.house.gateway.down = False
    return {
        "/boxoffice": "till-tier",
        "/boxoffice?qty-1-DAY=2": 'value="2"',
        f"/boxoffice/sales/{sold}": "sold-lines",
        f"/boxoffice/sales/{valid}?ticket=2&again=yes": "till-qr",
        f"/boxoffice/sales/{voided}?done=void": "role=",
        f"/boxoffice/sales/{waiting}": "data-waits",
        f"/boxoffice/sales/{unreachable}": "/open",
        f"/boxoffice/sales/{valid}/print": "slip",
        first: "counted-list",
        second: "data-count",
        "/office/money": "drawers",
    }


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_of_the_till_is_valid_fits_and_can_be_read_by_all(
    house: House, visit: Callable[..., Page], address: str, tmp_path: Path, lang: str
) -> None:
    till = Counter(house, "owner", "owner")
    till.client.set_cookie("lang", lang)
    pages = {"opening": till.page()}
    paths = every_page(till)
    browsed = signed_in(till, visit(f"/?lang={lang}"), address)
    for number, (path, seen) in enumerate(paths.items()):
        pages[str(number)] = till.page(path)
        assert seen in pages[str(number)], path
        browsed.goto(address + path)
        assert findings(browsed) == [], path
        for width in WIDTHS:
            browsed.set_viewport_size({"width": width, "height": 844})
            assert browsed.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    for name, text in pages.items():
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")
    assert faults_of(tmp_path) == []


def signed_in(till: Counter, page: Page, address: str) -> Page:
    """The same person in a real browser."""
    cookie = till.client.get_cookie("staff")
    assert cookie is not None
    page.context.add_cookies([{"name": "staff", "value": cookie.value, "url": address}])
    return page
