"""The scanner page on the real server: what the page expects of the API is what the API answers."""

import threading
from collections.abc import Callable, Iterator

import pytest
from fake_camera import Picture
from playwright.sync_api import BrowserContext, Page, expect
from pypdfium2 import PdfDocument
from scanner import FIRST, expect_verdict, next_ticket, pair_with, type_code
from werkzeug.serving import make_server

from factories import House, well
from ticketing.core.db import writing
from ticketing.door import supervisors
from ticketing.staff import devices

pytestmark = pytest.mark.browser


@pytest.fixture
def address(house: House) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def at_gate_a(page: Page, house: House, address: str) -> Page:
    """Pair the page as a tablet of gate A."""
    gate = next(one for one in house.catalog().gates if one.code == "A")
    with house.app.app_context(), writing() as session:
        code, _ = devices.make_code(session, house.catalog().id, gate.id, house.clock.now(), "cli")
    return pair_with(page, f"{address}/door?lang=ja", code)


@pytest.fixture
def gate_a(house: House, address: str, context: BrowserContext) -> Page:
    return at_gate_a(context.new_page(), house, address)


def pictures_of(pdf: bytes, dots: int) -> list[Picture]:
    """The pages as they look on paper, at so many dots an inch."""
    with PdfDocument(pdf) as document:
        return [page.render(scale=dots / 72).to_numpy().copy() for page in document]


@pytest.mark.parametrize("dots", [72, 150])
def test_the_camera_lets_in_who_holds_the_tickets_from_the_pdf(
    house: House, address: str, filmed: Callable[..., Page], dots: int
) -> None:
    order = house.buy(day=1, conference=1)
    pages = pictures_of(house.client.get(f"{order}/tickets.pdf").data, dots)
    page = at_gate_a(filmed(*pages, held=2, height=700), house, address)
    expect(page.locator("#history li")).to_have_count(2, timeout=30_000)
    assert page.evaluate("window.verdicts.slice(0, 2)") == ["admit", "admit"]
    expect(page.locator("#idle [data-status=inside]")).to_have_text("2 / 300")


def test_a_ticket_goes_in_out_and_in_again(house: House, gate_a: Page) -> None:
    (code,) = house.codes(house.buy(day=1))
    type_code(gate_a, code)
    expect_verdict(gate_a, "admit")
    expect(gate_a.locator("#verdict-word")).to_have_text("入場OK")
    next_ticket(gate_a)
    gate_a.locator("#key-mode").click()
    type_code(gate_a, code)
    expect(gate_a.locator("#verdict-word")).to_have_text("退場OK")
    next_ticket(gate_a)
    gate_a.locator("#key-mode").click()
    type_code(gate_a, code)
    expect(gate_a.locator("#verdict-word")).to_have_text("再入場OK")


def test_a_second_entry_and_an_unknown_code_are_refused(house: House, gate_a: Page) -> None:
    (code,) = house.codes(house.buy(day=1))
    type_code(gate_a, code)
    expect_verdict(gate_a, "admit")
    next_ticket(gate_a)
    type_code(gate_a, code)
    expect_verdict(gate_a, "refuse", "already_inside")
    expect(gate_a.locator("#verdict-tier")).to_contain_text("1 DAY")
    next_ticket(gate_a)
    type_code(gate_a, FIRST)
    expect_verdict(gate_a, "refuse", "unknown")


def test_a_guest_counted_by_a_tap_stands_in_the_row_of_counts(gate_a: Page) -> None:
    gate_a.locator("#key-count").click()
    gate_a.locator("[data-count=guest]").click()
    expect(gate_a.locator("#counting-said")).to_contain_text("場内は1人")


def ready(page: Page) -> None:
    """Wait until the tablet has its list."""
    expect(page.locator("#idle [data-status=list]")).to_contain_text(":", timeout=20_000)


def test_a_party_goes_in_by_one_scan_and_comes_out_again_by_one_undo(
    house: House, address: str, context: BrowserContext
) -> None:
    first, *_ = house.codes(house.buy(day=3))
    page = at_gate_a(context.new_page(), house, address)
    ready(page)
    type_code(page, first)
    expect(page.locator("#verdict [data-party-part=line]")).to_have_text("この注文 3枚のうち2枚が未入場")
    page.locator("#verdict [data-party-part=all]").click()
    expect(page.locator("#idle [data-party-part=line]")).to_have_text("2人が入場しました。")
    expect(page.locator("#idle [data-status=inside]")).to_have_text("3 / 300")
    page.locator("#key-undo").click()
    expect(page.locator("#idle [data-status=inside]")).to_have_text("1 / 300", timeout=20_000)
    well(house)


def test_a_supervisor_lets_in_again_and_empties_the_room(house: House, address: str, context: BrowserContext) -> None:
    with house.app.app_context(), writing() as session:
        supervisors.add(session, house.catalog().id, "佐藤 恵", "204816", house.clock.now(), "cli")
    (code,) = house.codes(house.buy(conference=1))
    page = at_gate_a(context.new_page(), house, address)
    ready(page)
    type_code(page, code)
    expect_verdict(page, "admit")
    next_ticket(page)
    type_code(page, code)
    expect_verdict(page, "refuse", "already_inside")
    page.locator("#verdict-override").click()
    page.locator("[data-reason-key='override.ours']").click()
    page.locator("#pin-field").fill("204816")
    page.locator("#pin-ok").click()
    expect_verdict(page, "admit")
    expect(page.locator("#verdict-allowed")).to_have_text("責任者 佐藤 恵 の許可")
    next_ticket(page)
    page.locator("#key-settings").click()
    page.locator("#settings-empty").click()
    page.locator("#empty-go").click()
    page.locator("#pin-field").fill("204816")
    page.locator("#pin-ok").click()
    expect(page.locator("#said")).to_have_text("場内を空にしました。場内は0人です。", timeout=15_000)
    well(house)


def test_a_name_that_another_tablet_has_is_told_and_the_code_stays_good(
    house: House, address: str, context: BrowserContext
) -> None:
    house.tablet("A", "A-2")
    gate = next(one for one in house.catalog().gates if one.code == "B")
    with house.app.app_context(), writing() as session:
        code, _ = devices.make_code(session, house.catalog().id, gate.id, house.clock.now(), "cli")
    page = context.new_page()
    page.goto(f"{address}/door?lang=en")
    page.locator("[name=name]").fill("A-2")
    page.locator("[name=pairing]").fill(code)
    page.locator("#pairing-send").click()
    expect(page.locator("#pairing-fault")).to_contain_text("Another tablet has this name")
    expect(page.locator("[name=name]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=name]").fill("B-1")
    page.locator("#pairing-send").click()
    expect(page.locator("[name=code]")).to_be_visible()
