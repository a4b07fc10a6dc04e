"""The scanner page in a real Chromium: what staff see for each answer, and what the page sends."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from door_double import DoorDouble, entry
from playwright.sync_api import BrowserContext, Page, expect
from scanner import (
    CODES,
    FIRST,
    REASONS,
    SECOND,
    TYPE_RAW,
    expect_verdict,
    listed,
    next_ticket,
    pair,
    type_code,
    with_list,
)

pytestmark = pytest.mark.browser


def test_a_lost_answer_is_asked_for_again_under_the_same_id(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    page.route("**/door/scan", lambda route: (route.fetch(), route.abort("connectionreset")), times=1)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    assert len(server.scans) == 2
    assert len({scan["id"] for scan in server.scans}) == 1


def test_a_re_entry_reads_back_in(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST, first_entry=entry(90))
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict-word")).to_have_text("再入場OK")


def test_a_first_entry_reads_go_in_also_when_its_own_time_comes_back(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST, first_entry=entry(0))
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict-word")).to_have_text("入場OK")


def test_already_inside_says_when_where_and_on_which_tablet(page: Page, server: DoorDouble) -> None:
    server.refuse(FIRST, "already_inside", first_entry=entry(4))
    server.refuse(SECOND, "already_inside", first_entry=entry(70, device="A-2"))
    type_code(page, FIRST)
    told = re.compile(r"\d\d:\d\d:\d\d ゲート\u2060Bで入場\(4分前・別の端末\)")
    expect(page.locator("#verdict-fact")).to_have_text(told)
    next_ticket(page)
    type_code(page, SECOND)
    expect(page.locator("#verdict-fact")).to_have_text(re.compile(r"\(1時間10分前・この端末\)"))


def test_a_code_shown_again_where_it_was_just_let_in_is_called_just_scanned(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    next_ticket(page)
    server.refuse(FIRST, "already_inside", first_entry=entry(0, device="A-2"))
    type_code(page, FIRST)
    expect(page.locator("#verdict-fact")).to_contain_text("読み取ったばかり")


def test_room_full_shows_the_count(page: Page, server: DoorDouble) -> None:
    server.refuse(FIRST, "room_full", inside=300)
    type_code(page, FIRST)
    expect(page.locator("#verdict-count")).to_have_text("300 / 300")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_reason_has_a_word_a_fact_and_advice(context: BrowserContext, server: DoorDouble, lang: str) -> None:
    page = pair(context.new_page(), server, lang)
    for n, reason in enumerate(REASONS):
        code = CODES[n % 6]
        server.refuse(code, reason)
        type_code(page, code)
        expect_verdict(page, "refuse", reason)
        for part in ("word", "other", "fact", "advice"):
            expect(page.locator(f"#verdict-{part}")).not_to_be_empty()
        expect(page.locator("#verdict-said")).to_contain_text(page.locator("#verdict-word").text_content() or "-")
        next_ticket(page)


@pytest.mark.parametrize("reason", ["too_early", "wrong_program"])
def test_who_comes_too_early_is_told_when_doors_open(context: BrowserContext, server: DoorDouble, reason: str) -> None:
    listed(server)
    server.list.doors_open_in = timedelta(hours=1)
    server.refuse(FIRST, reason)
    page = with_list(context.new_page(), server, "en")
    type_code(page, FIRST)
    expect_verdict(page, "refuse", reason)
    opens = [datetime.now(ZoneInfo("Asia/Tokyo")) + timedelta(hours=1, minutes=n) for n in (-1, 0)]
    expect(page.locator("#verdict-fact")).to_have_text(re.compile("|".join(f"open at {at:%H:%M}" for at in opens)))


def test_an_ok_clears_itself_and_a_refusal_waits_to_be_tapped(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    server.refuse(SECOND, "revoked")
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict")).to_be_hidden()
    type_code(page, SECOND)
    expect_verdict(page, "refuse", "revoked")
    page.wait_for_timeout(1500)
    expect(page.locator("#verdict")).to_be_visible()
    next_ticket(page)


def test_a_slow_answer_shows_checking_first(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    server.delay = 1
    type_code(page, FIRST)
    expect_verdict(page, "checking")
    expect_verdict(page, "admit")


def test_the_way_out_sends_exits_and_looks_different(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    page.locator("#key-mode").click()
    expect(page.locator("#mode-name")).to_have_text("退場モード")
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict-word")).to_have_text("退場OK")
    assert server.scans[0]["kind"] == "exit"


def test_a_revoked_tablet_is_told_and_goes_back_to_pairing(page: Page, server: DoorDouble) -> None:
    server.revoked = True
    page.evaluate(TYPE_RAW, FIRST)
    expect(page.locator("#pairing-fault")).to_contain_text("登録は取り消されました", timeout=15_000)
    expect(page.locator("[name=pairing]")).to_be_visible()


def test_a_pairing_code_that_does_not_work_is_told_and_kept(context: BrowserContext, server: DoorDouble) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/door?lang=en")
    page.locator("[name=pairing]").fill("WRONG-1")
    page.locator("#pairing-send").click()
    expect(page.locator("#pairing-fault")).to_contain_text("over 15 minutes old")
    expect(page.locator("[name=pairing]")).to_have_value("WRONG-1")


def test_a_paired_tablet_starts_its_shift_with_one_tap(page: Page, server: DoorDouble) -> None:
    page.reload()
    page.locator("#start-shift").click()
    expect(page.locator("#idle [data-status=inside]")).to_have_text("187 / 300")
    expect(page.locator("#idle [data-status=tablet]")).to_have_text("端末 A-2")


def test_the_offices_symbol_brings_the_pairing_code_which_leaves_the_address_at_once(
    context: BrowserContext, server: DoorDouble
) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/door?lang=ja#pair=GATE-A-7Q2K")
    expect(page.locator("[name=pairing]")).to_have_value("GATE-A-7Q2K")
    assert page.url == f"{server.url}/door?lang=ja"
    page.locator("#pairing-send").click()
    expect(page.locator("[name=code]")).to_be_visible()
