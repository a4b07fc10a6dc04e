"""Codes typed by people and by scanners that type; the vectors are those that Python is held to."""

from datetime import UTC, datetime, timedelta

import pytest
from door_double import DoorDouble, entry
from playwright.sync_api import Page, expect
from scanner import FIRST, SECOND, TYPE_RAW, VECTORS, expect_verdict, next_ticket

from ticketing.door.screen_texts import screen_texts

pytestmark = pytest.mark.browser


def test_codes_are_read_as_in_python(page: Page, server: DoorDouble) -> None:
    for row in VECTORS["normalize"]:
        server.admit(row["code"])
        page.evaluate(TYPE_RAW, row["text"])
        expect_verdict(page, "admit")
        assert server.scans[-1]["code"] == row["code"], row["why"]
        next_ticket(page)
    assert len(server.scans) == len(VECTORS["normalize"])


def test_a_typing_fault_is_told_before_anything_is_asked(page: Page, server: DoorDouble) -> None:
    texts = screen_texts()["ja"]
    for row in VECTORS["malformed"]:
        page.evaluate(TYPE_RAW, row["text"])
        fault = row["fault"] if row["text"].strip() and len(row["text"]) < 290 else "empty"
        begin = texts[f"typing.{fault}"].replace("{of}", "29").split("{n}")[0]
        expect(page.locator("#typing-fault"), row["why"]).to_contain_text(begin)
    assert server.scans == []


def test_what_was_typed_stays_to_be_put_right(page: Page, server: DoorDouble) -> None:
    page.locator("[name=code]").fill(FIRST[:-1])
    page.locator("[name=code]").press("Enter")
    expect(page.locator("#typing-fault")).to_contain_text("いまは28文字です")
    expect(page.locator("[name=code]")).to_have_value(FIRST[:-1])


def test_a_scanner_that_types_is_heard_whatever_the_keyboard_layout(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    press(page, FIRST, gap=0)
    expect_verdict(page, "admit")
    press(page, FIRST, gap=0)
    expect(page.locator("#verdict")).to_be_hidden()
    assert [scan["code"] for scan in server.scans] == [FIRST]


def test_the_same_code_is_left_alone_for_three_seconds_and_no_other(page: Page, server: DoorDouble) -> None:
    now = datetime.now(UTC)
    page.clock.set_fixed_time(now)
    server.admit(FIRST)
    server.admit(SECOND)
    for code in (FIRST, FIRST, SECOND):
        press(page, code, gap=0)
        expect_verdict(page, "admit")
    expect(page.locator("#history li")).to_have_count(2)
    page.clock.set_fixed_time(now + timedelta(seconds=2.9))
    press(page, FIRST, gap=0)
    page.clock.set_fixed_time(now + timedelta(seconds=3.1))
    server.refuse(FIRST, "already_inside", first_entry=entry(0))
    press(page, FIRST, gap=0)
    expect_verdict(page, "refuse", "already_inside")
    assert [scan["code"] for scan in server.scans] == [FIRST, SECOND, FIRST]


def test_a_person_who_types_into_nothing_is_not_a_scanner(page: Page, server: DoorDouble) -> None:
    press(page, FIRST[:12], gap=120)
    expect(page.locator("#verdict")).to_be_hidden()
    assert page.locator("#history li").count() == 0


def press(page: Page, text: str, gap: int) -> None:
    """Press keys by place, as a scanner on a Japanese input method does: `key` says nothing."""
    page.evaluate(PRESS, [text, gap])


PRESS = """async ([text, gap]) => {
  const down = (code) => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { code, key: "Process", bubbles: true, cancelable: true }));
  for (const character of text) {
    down(/[0-9]/.test(character) ? `Digit${character}` : `Key${character}`);
    if (gap) await new Promise((resolve) => setTimeout(resolve, gap));
  }
  down("Enter");
}"""
