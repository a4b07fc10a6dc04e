"""The scanner without its server: what staff see, tablet by tablet, until the connection is back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from door_double import DoorDouble
from playwright.sync_api import BrowserContext, Page, expect
from scanner import CODES, FIRST, cut_off, expect_verdict, next_ticket, type_code
from test_scanner_screens import axe

pytestmark = pytest.mark.browser
UNLISTED = CODES[5]


def test_an_admission_offline_looks_the_same_and_says_that_it_is_one(
    context: BrowserContext, server: DoorDouble
) -> None:
    page = cut_off(context, server, permits=4)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict")).to_have_attribute("data-look", "go")
    expect(page.locator("#verdict-offline")).to_be_visible()
    expect(page.locator("#verdict-said")).to_contain_text("オフライン判定")
    expect(page.locator("#verdict [data-status=inside]")).to_have_text("3")


def test_the_banner_counts_down_what_this_tablet_may_still_let_in(context: BrowserContext, server: DoorDouble) -> None:
    page = cut_off(context, server, permits=1)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#offline-text")).to_contain_text("この端末で入場できる残りは0人です")
    expect(page.locator("#idle [data-status=count-label]")).to_have_text("この端末で入場できる残り")
    expect(page.locator("#idle [data-status=link]")).to_have_text(re.compile(r"オフライン \d\d:\d\dから"))
    expect(page.locator("#idle [data-status=unsent]")).not_to_have_text("未送信 0")


def test_the_age_of_the_list_is_told_once_it_is_old(context: BrowserContext, server: DoorDouble) -> None:
    page = cut_off(context, server, permits=4)
    expect(page.locator("#idle [data-status=list]")).to_have_text(re.compile(r"リスト \d\d:\d\d"))
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=12, seconds=5))
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict [data-status=list]")).to_have_text("リスト 12分前")


def test_when_no_place_is_left_the_guest_waits_and_no_supervisor_helps(
    context: BrowserContext, server: DoorDouble
) -> None:
    page = cut_off(context, server, permits=0)
    type_code(page, FIRST)
    expect_verdict(page, "ask", "undecided")
    expect(page.locator("#verdict-fact")).to_contain_text("この端末で入場できる残りがありません")
    expect(page.locator("#verdict-override")).to_be_hidden()
    expect(page.locator("#verdict-again")).to_be_visible()


def test_a_ticket_that_is_not_on_the_list_names_the_age_of_the_list(
    context: BrowserContext, server: DoorDouble
) -> None:
    page = cut_off(context, server, permits=4)
    type_code(page, UNLISTED)
    expect_verdict(page, "ask", "undecided")
    expect(page.locator("#verdict-fact")).to_have_text(re.compile(r"^\d\d:\d\dのリストにありません"))
    expect(page.locator("#verdict-override")).to_be_visible()


def test_under_the_strict_policy_another_door_is_named_as_the_place_to_go(
    context: BrowserContext, server: DoorDouble
) -> None:
    server.list.policy, server.list.mine = "strict", None
    page = cut_off(context, server, permits=4)
    type_code(page, FIRST)
    expect_verdict(page, "ask", "undecided")
    expect(page.locator("#verdict-advice")).to_contain_text("ほかのゲートへ")


def test_a_duplicate_offline_says_when_and_where(context: BrowserContext, server: DoorDouble) -> None:
    server.list.add(FIRST, "K7M2QF", 1, inside=True, entries=1, first_at="2025-10-26T01:00:00Z", first_gate="B")
    server.list.tickets[FIRST] |= {"last_at": "2025-10-26T01:00:00Z", "last_gate": "B", "last_device": "B-1"}
    page = cut_off(context, server, permits=4, listing=False)
    type_code(page, FIRST)
    expect_verdict(page, "refuse", "already_inside")
    expect(page.locator("#verdict-fact")).to_contain_text("10:00:00 ゲート\u2060Bで入場")


def test_who_leaves_offline_gives_the_place_back(context: BrowserContext, server: DoorDouble) -> None:
    page = cut_off(context, server, permits=1)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    next_ticket(page)
    page.locator("#key-mode").click()
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict-word")).to_have_text("退場OK")
    expect(page.locator("#verdict [data-status=inside]")).to_have_text("1")


def test_when_the_server_answers_again_the_scans_go_up_and_the_banner_goes(
    context: BrowserContext, server: DoorDouble
) -> None:
    page = cut_off(context, server, permits=4)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    server.failing = 0
    expect(page.locator("#idle [data-status=link]")).to_have_text("オンライン", timeout=20_000)
    expect(page.locator("#offline-banner")).to_be_hidden()
    expect(page.locator("#idle [data-status=unsent]")).to_have_text("未送信 0")
    assert [scan["permit"] for scan in server.synced if scan["kind"] == "entry"] == [True]


def test_a_full_room_whose_places_others_keep_waits_a_moment_and_asks_again(page: Page, server: DoorDouble) -> None:
    server.refuse(FIRST, "room_full", inside=296, reserved=4)
    type_code(page, FIRST)
    expect_verdict(page, "checking", "room_full")
    expect(page.locator("#verdict-word")).to_have_text("お待ちください")
    server.admit(FIRST)
    expect_verdict(page, "admit")
    assert len({scan["id"] for scan in server.scans}) == len(server.scans) > 1


@pytest.mark.parametrize("level", [(269, None), (270, "near"), (300, "full"), (301, "over")])
def test_the_limit_is_announced_by_words(page: Page, server: DoorDouble, level: tuple[int, str | None]) -> None:
    server.inside, expected = level
    expect(page.locator("#idle [data-status=inside]")).to_have_text(f"{server.inside} / 300", timeout=20_000)
    chip = page.locator("#idle [data-status=warning]")
    if expected is None:
        expect(chip).to_be_hidden()
    else:
        expect(chip).to_have_attribute("data-level", expected)
        expect(chip).not_to_be_empty()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_axe_finds_nothing_offline(context: BrowserContext, server: DoorDouble, lang: str) -> None:
    page = cut_off(context, server, permits=1, lang=lang)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict")).to_be_hidden()
    assert axe(page) == []
    type_code(page, UNLISTED)
    expect_verdict(page, "ask", "undecided")
    assert axe(page) == []
