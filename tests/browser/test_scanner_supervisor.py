"""What only a supervisor may do: let in against the rule, and say that the room is empty."""

import pytest
from door_double import DoorDouble, entry
from door_list import PIN
from playwright.sync_api import BrowserContext, Page, expect
from scanner import CODES, FIRST, cut_off, expect_verdict, listed, type_code, with_list
from test_scanner_screens import axe

pytestmark = pytest.mark.browser


@pytest.fixture
def stopped(context: BrowserContext, server: DoorDouble) -> Page:
    """A scanner on whose screen a guest is already inside."""
    listed(server)
    page = with_list(context.new_page(), server)
    server.refuse(FIRST, "already_inside", first_entry=entry(20))
    type_code(page, FIRST)
    expect_verdict(page, "refuse", "already_inside")
    return page


def tap(page: Page, digits: str) -> None:
    """Type a PIN on the pad and send it off."""
    for digit in digits:
        page.locator(f"[data-digit='{digit}']").click()
    page.locator("#pin-ok").click()


def test_a_supervisor_lets_a_guest_in_with_a_reason(stopped: Page, server: DoorDouble) -> None:
    stopped.locator("#verdict-override").click()
    stopped.locator("[data-reason-key='override.left']").click()
    tap(stopped, PIN)
    expect_verdict(stopped, "admit")
    expect(stopped.locator("#verdict-allowed")).to_have_text("責任者 佐藤 の許可")
    assert server.scans[-1]["override"] == {"supervisor": "佐藤", "reason": "退場の読み取りがなかった"}
    assert server.scans[-1]["id"] != server.scans[0]["id"]


def test_a_reason_may_be_typed_but_not_left_out(stopped: Page, server: DoorDouble) -> None:
    stopped.locator("#verdict-override").click()
    stopped.locator("#override-form button").click()
    expect(stopped.locator("#override-fault")).to_be_visible()
    stopped.locator("#override-reason").fill("記者の方")
    stopped.locator("#override-reason").press("Enter")
    tap(stopped, PIN)
    expect_verdict(stopped, "admit")
    assert server.scans[-1]["override"]["reason"] == "記者の方"


def test_wrong_pins_are_told_and_after_three_the_pad_rests_also_after_a_reload(
    stopped: Page, server: DoorDouble
) -> None:
    stopped.locator("#verdict-override").click()
    stopped.locator("[data-reason-key='override.ours']").click()
    for n in range(3):
        tap(stopped, "999999")
        expect(stopped.locator("#pin-said")).to_contain_text("暗証番号が続けて" if n == 2 else "暗証番号が違います")
    expect(stopped.locator("#pin-ok")).to_be_disabled()
    assert stopped.evaluate("JSON.parse(localStorage['ticketing.door']).pin.tries") == 3
    expect(stopped.locator("#pin-ok")).to_be_enabled(timeout=15_000)
    tap(stopped, PIN)
    expect_verdict(stopped, "admit")
    assert stopped.evaluate("JSON.parse(localStorage['ticketing.door']).pin") is None


def test_a_full_room_is_nobodys_to_override(page: Page, server: DoorDouble) -> None:
    server.refuse(FIRST, "room_full", inside=300)
    type_code(page, FIRST)
    expect_verdict(page, "refuse", "room_full")
    expect(page.locator("#verdict-override")).to_be_hidden()


def test_offline_a_supervisor_spends_a_place_of_this_tablet(context: BrowserContext, server: DoorDouble) -> None:
    page = cut_off(context, server, permits=1)
    type_code(page, CODES[5])
    expect_verdict(page, "ask", "undecided")
    page.locator("#verdict-override").click()
    page.locator("[data-reason-key='override.sold']").click()
    tap(page, PIN)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict [data-status=inside]")).to_have_text("0")
    server.failing = 0
    expect(page.locator("#idle [data-status=link]")).to_have_text("オンライン", timeout=20_000)
    assert [scan["override"]["supervisor"] for scan in server.synced if scan["override"]] == ["佐藤"]


def test_the_room_is_emptied_by_a_supervisor_only(stopped: Page, server: DoorDouble) -> None:
    stopped.locator("#verdict-next").click()
    stopped.locator("#key-settings").click()
    stopped.locator("#settings-empty").click()
    stopped.locator("#empty-go").click()
    tap(stopped, "111111")
    expect(stopped.locator("#pin-said")).to_contain_text("暗証番号が違います")
    assert server.emptied == []
    tap(stopped, PIN)
    expect(stopped.locator("#said")).to_have_text("場内を空にしました。場内は0人です。")
    assert [mark["supervisor"] for mark in server.emptied] == ["佐藤"]


def test_without_a_supervisor_the_screen_says_where_one_is_added(context: BrowserContext, server: DoorDouble) -> None:
    server.list.supervisors = ()
    page = with_list(context.new_page(), server)
    type_code(page, FIRST)
    expect_verdict(page, "refuse", "unknown")
    page.locator("#verdict-override").click()
    page.locator("[data-reason-key='override.ours']").click()
    expect(page.locator("#pin-said")).to_contain_text("管理画面")


def test_axe_finds_nothing_in_the_panels(stopped: Page) -> None:
    stopped.locator("#verdict-override").click()
    assert axe(stopped) == []
    stopped.locator("[data-reason-key='override.ours']").click()
    assert axe(stopped) == []
    tap(stopped, "1111111")
    expect(stopped.locator("#pin-said")).to_contain_text("暗証番号が違います")
    assert axe(stopped) == []
    sizes = stopped.evaluate("""() => [...document.querySelectorAll("#pin .key, #pin input")]
      .map((key) => key.getBoundingClientRect()).filter((box) => box.width)
      .map((box) => Math.min(box.width, box.height))""")
    assert len(sizes) == 14
    assert min(sizes) >= 64
