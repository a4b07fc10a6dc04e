"""People who come together: one scan shows the whole order, one tap lets the others in, each as a scan of its own."""

import pytest
from door_double import DoorDouble
from playwright.sync_api import BrowserContext, Page, expect
from scanner import CODES, FIRST, SECOND, THIRD, expect_verdict, listed, next_ticket, type_code, with_list
from test_scanner_screens import axe

pytestmark = pytest.mark.browser
FOURTH = CODES[3]


@pytest.fixture
def party(context: BrowserContext, server: DoorDouble) -> Page:
    """A scanner that has just let in the first of four."""
    listed(server)
    page = with_list(context.new_page(), server)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict [data-party-part=line]")).to_have_text("この注文 4枚のうち3枚が未入場")
    return page


def test_the_others_are_let_in_by_one_tap_each_as_a_scan_of_its_own(party: Page, server: DoorDouble) -> None:
    expect(party.locator("#verdict")).to_be_hidden()
    party.locator("#idle [data-party-part=all]").click()
    expect(party.locator("#idle [data-party-part=line]")).to_have_text("3人が入場しました。")
    hashes = [server.list.tickets[code]["hash"] for code in (SECOND, THIRD, FOURTH)]
    assert [scan["code_hash"] for scan in server.scans[1:]] == hashes
    assert len({scan["id"] for scan in server.scans}) == 4


def test_who_is_refused_among_them_is_named_with_the_reason(party: Page, server: DoorDouble) -> None:
    server.refuse(FOURTH, "wrong_program")
    party.locator("#verdict [data-party-part=all]").click()
    expect(party.locator("#idle [data-party-part=line]")).to_have_text("2人が入場、1人は入場できません。")
    expect(party.locator("#idle [data-party-part=refused]")).to_contain_text("4番 イベントのみ: この券種では")


def test_axe_finds_nothing_while_it_is_offered(party: Page) -> None:
    assert axe(party) == []
    next_ticket(party)
    assert axe(party) == []


def test_some_of_them_are_chosen(party: Page, server: DoorDouble) -> None:
    party.locator("#verdict [data-party-part=choose]").click()
    boxes = party.locator("#party-list input")
    expect(boxes).to_have_count(4)
    expect(boxes.nth(0)).to_be_disabled()
    assert axe(party) == []
    boxes.nth(1).uncheck()
    boxes.nth(3).uncheck()
    party.locator("#party-send").click()
    expect(party.locator("#idle [data-party-part=line]")).to_have_text("1人が入場しました。")
    assert [scan.get("code_hash") for scan in server.scans[1:]] == [server.list.tickets[THIRD]["hash"]]


def test_the_next_guest_does_not_have_to_wait_for_it(party: Page, server: DoorDouble) -> None:
    server.list.add(CODES[5], "P3XW9D", 1)
    server.admit(CODES[5])
    next_ticket(party)
    type_code(party, CODES[5])
    expect_verdict(party, "admit")
    expect(party.locator("[data-party=idle]")).to_be_hidden()
    expect(party.locator("[data-party=verdict]")).to_be_hidden()


def test_a_wrong_tap_for_all_is_taken_back_at_once(party: Page, server: DoorDouble) -> None:
    next_ticket(party)
    party.locator("#idle [data-party-part=all]").click()
    expect(party.locator("#idle [data-party-part=line]")).to_have_text("3人が入場しました。")
    party.locator("#key-undo").click()
    expect(party.locator("#said")).to_have_text("3人の入場を取り消しました。")
    party.wait_for_function("() => document.querySelector('#idle [data-status=unsent]').textContent === '未送信 0'")
    assert {scan["undoes"] for scan in server.synced} == {scan["id"] for scan in server.scans[1:]}


def test_the_panel_goes_when_the_mode_changes(party: Page) -> None:
    next_ticket(party)
    party.locator("#key-mode").click()
    expect(party.locator("[data-party=idle]")).to_be_hidden()


def test_nobody_is_offered_when_the_rest_is_inside_or_canceled(context: BrowserContext, server: DoorDouble) -> None:
    listed(server)
    server.list.tickets[SECOND] |= {"inside": True, "entries": 1}
    server.list.tickets[THIRD] |= {"state": "revoked"}
    server.list.tickets[FOURTH] |= {"entries": 1}
    page = with_list(context.new_page(), server)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("[data-party=verdict]")).to_be_hidden()
