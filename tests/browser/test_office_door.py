"""The door's pages of the office in a real Chromium: readable by all, kept up to date, printed on one sheet."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from test_pages import SMALLEST, findings, wide

from factories import House
from office_door import conflict, in_contact, supervisor

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
FAILED = {"checks": {"camera": "ok", "sound": "bad", "clock": "skipped"}, "details": {"clock_ms": 1200}}


@pytest.fixture
def office(house: House, visit: Callable[..., Page], address: str) -> Page:
    """A manager's browser."""
    cookie = house.staff("manager", "manager@example.com").get_cookie("staff")
    assert cookie
    page = visit("/staff/login")
    page.context.add_cookies([{"name": "staff", "value": cookie.value, "url": address}])
    return page


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_of_the_door_can_be_read_by_all(house: House, office: Page, address: str, lang: str) -> None:
    codes = house.codes(house.buy(day=2))
    tablet = house.tablet("A", "A-1")
    tablet.scan(codes[0])
    in_contact(house, tablet, battery=9, queued=2, test=FAILED)
    conflict(house, tablet, codes[0], "double_entry")
    supervisor(house, "Ken")
    device = tablet.facts["device"]["id"]
    paths = ("", "/conflicts", "/paper", "/paper/keys", "/sheet", f"/tablets/{device}")
    for path in (*(f"/office/door{path}" for path in paths), "/office/devices"):
        office.goto(f"{address}{path}?lang={lang}")
        assert office.locator("html").get_attribute("lang") == lang
        for scheme in ("dark", "light"):
            office.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert findings(office) == [], f"{path} {scheme}"
        assert wide(office) <= SMALLEST["width"], path


def test_alarms_and_what_is_about_to_happen_can_be_read_by_all(
    house: House,
    office: Page,
    address: str,
) -> None:
    codes = [code for _ in range(3) for code in house.codes(house.buy(day=4))]
    house.set_capacity(len(codes))
    tablet = house.tablet("A", "A-1")
    for code in codes[:-1]:
        tablet.scan(code)
    office.goto(f"{address}/office/door?lang=en")
    expect(office.get_by_text("the AIR is nearly full: 11 of 12 inside, 1 to go.")).to_be_visible()
    assert findings(office) == []
    tablet.scan(codes[-1])
    office.get_by_label("Limit of the AIR").fill("10")
    office.get_by_role("button", name="Change the limit").click()
    expect(office.get_by_text("12 are inside: nobody else comes in until 3 have left.")).to_be_visible()
    expect(office.get_by_text("the AIR is full: 12 of 12.")).to_be_visible()
    assert findings(office) == []
    assert wide(office) <= SMALLEST["width"]
    office.goto(f"{address}/office/door?lang=en")
    office.get_by_role("button", name="The room is empty").click()
    expect(office.get_by_role("heading", name="This will happen. Is it right?")).to_be_visible()
    assert findings(office) == []
    assert wide(office) <= SMALLEST["width"]


def test_the_door_keeps_itself_up_to_date(house: House, office: Page, address: str) -> None:
    codes = house.codes(house.buy(day=1))
    office.goto(f"{address}/office/door?lang=en")
    expect(office.locator(".big")).to_have_text("0")
    expect(office.locator("[data-part=tablets]")).to_contain_text("No tablet is paired yet.")
    tablet = house.tablet("A", "A-1")
    tablet.scan(codes[0])
    in_contact(house, tablet, battery=80, queued=0)
    expect(office.locator(".big")).to_have_text("1", timeout=20_000)
    row = office.get_by_role("row", name="A-1")
    expect(row).to_contain_text("online", timeout=20_000)
    row.get_by_role("link").focus()
    house.set_capacity(1)
    expect(office.get_by_text("the AIR is full: 1 of 1.")).to_be_visible(timeout=20_000)
    in_contact(house, tablet, battery=10, queued=0)
    expect(row).to_contain_text("10 %", timeout=20_000)
    expect(row.get_by_role("link")).to_be_focused()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_staffs_sheet_is_one_page_on_paper(house: House, office: Page, address: str, lang: str) -> None:
    for number in range(7):
        supervisor(house, f"Supervisor {number} {uuid.uuid4().hex[:4]}")
    office.goto(f"{address}/office/door/sheet?lang={lang}")
    printed = PdfReader(BytesIO(office.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    text = printed.pages[0].extract_text()
    assert "Supervisor 3" in text
    assert "119" in text


def test_the_head_of_the_list_stands_on_every_printed_page(house: House, office: Page, address: str) -> None:
    for _ in range(12):
        house.buy(day=4)
    office.goto(f"{address}/office/door/paper?lang=en")
    expect(office.get_by_role("button", name="Print the list")).to_be_visible()
    pages = [page.extract_text() for page in PdfReader(BytesIO(office.pdf(prefer_css_page_size=True))).pages]
    assert len(pages) > 1
    assert all("Valid tickets: 48." in page for page in pages)
    assert all(f"{number} / {len(pages)}" in page for number, page in enumerate(pages, 1))


def test_a_pairing_code_is_shown_as_a_symbol_too(house: House, office: Page, address: str) -> None:
    office.goto(f"{address}/office/devices?lang=en")
    office.get_by_role("button", name="New code for Gate A").click()
    expect(office.get_by_role("img", name="The scanner's address with this code")).to_be_visible()
    assert findings(office) == []
