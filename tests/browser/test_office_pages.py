"""Pages of the office in a real Chromium, in both languages: axe-core finds nothing, nothing is wider than its screen.

`PICTURES=FOLDER scripts/test tests/browser/test_office_pages.py` keeps a picture of each at three widths."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from test_pages import findings

from factories import SLUG, House

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
VALIDATOR = Path(__file__).resolve().parents[2] / "node_modules/vnu-jar/build/dist/vnu.jar"
WIDTHS = (1440, 820, 390)


def pages(house: House) -> dict[str, str]:
    """The paths of pages with something on them, by name."""
    house.tablet().scan(house.codes(house.buy(day=1))[0])
    return {"exports": f"/office/exports?event={SLUG}"}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_pages_of_the_office_are_for_everybody_at_every_width(
    house: House, visit: Callable[..., Page], address: str, lang: str, tmp_path: Path
) -> None:
    cookie = house.staff().get_cookie("staff")
    assert cookie
    page = visit(f"/staff/login?lang={lang}")
    page.context.add_cookies([{"name": "staff", "value": cookie.value, "url": address}])
    for name, path in pages(house).items():
        page.goto(address + path)
        assert page.locator("html").get_attribute("lang") == lang
        (tmp_path / f"{name}-{lang}.html").write_text(page.request.get(address + path).text(), encoding="utf-8")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            picture(page, f"{name}-{lang}-{width}")
        assert findings(page) == [], name
    assert faults_of_html(tmp_path) == []


def picture(page: Page, name: str) -> None:
    """Keep what is seen, where a folder for it is named."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def faults_of_html(folder: Path) -> list[str]:
    """What the HTML validator says of these files."""
    call = ["java", "-jar", str(VALIDATOR), "--format", "json", "--exit-zero-always", *sorted(folder.glob("*.html"))]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    return [f"{one['url'].rpartition('/')[2]}: {one['message']}" for one in json.loads(done.stderr)["messages"]]
