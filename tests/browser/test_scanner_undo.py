"""Taking an admission back: for ten seconds, by one key, online and offline."""

import pytest
from door_double import DoorDouble
from playwright.sync_api import BrowserContext, Page, expect
from scanner import FIRST, SECOND, cut_off, expect_verdict, next_ticket, type_code

pytestmark = pytest.mark.browser


def test_a_tap_on_the_verdict_takes_the_entry_back(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    page.locator("#verdict-undo").click()
    expect(page.locator("#said")).to_have_text("入場OK 1 DAYを取り消しました。")
    expect(page.locator("#verdict")).to_be_hidden()
    expect(page.locator("#key-undo")).to_be_disabled()
    page.wait_for_function("() => document.querySelector('#idle [data-status=unsent]').textContent === '未送信 0'")
    assert [scan["undoes"] for scan in server.synced] == [server.scans[0]["id"]]


def test_the_key_stays_on_the_idle_screen_and_shows_how_long(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict")).to_be_hidden()
    expect(page.locator("#key-undo")).to_contain_text("取消(あ\u2060と")
    left = int(page.locator("#key-undo").get_attribute("data-left") or 0)
    assert 0 < left <= 10
    tall = page.locator("#key-undo rect[height='8']")
    assert tall.count() <= left
    expect(page.locator("#key-undo")).to_be_disabled(timeout=15_000)
    expect(page.locator("#key-undo")).to_have_text("直前を取消")


def test_a_refusal_offers_no_undo_of_the_guest_before(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    server.refuse(SECOND, "revoked")
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    next_ticket(page)
    type_code(page, SECOND)
    expect_verdict(page, "refuse", "revoked")
    expect(page.locator("#verdict-undo")).to_be_hidden()
    next_ticket(page)
    expect(page.locator("#key-undo")).to_be_enabled()


def test_offline_an_undo_gives_the_place_back(context: BrowserContext, server: DoorDouble) -> None:
    page = cut_off(context, server, permits=1)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    page.locator("#verdict-undo").click()
    expect(page.locator("#idle [data-status=inside]")).to_have_text("1")
    expect(page.locator("#said")).to_contain_text("取り消しました")
