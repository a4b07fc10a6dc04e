"""Finding a ticket without its code: by name where the event allows it, by order code everywhere."""

import pytest
from door_double import DoorDouble
from playwright.sync_api import BrowserContext, Page, expect
from scanner import CODES, FIRST, expect_verdict, with_list
from test_scanner_screens import axe

pytestmark = pytest.mark.browser
NAMES = ("サトウ ケン", "山田 花子", "Ōno Jun", "Kim Jisoo", "しんどう まり", "O'Brien Áine")


def searching(context: BrowserContext, server: DoorDouble, names: bool = True) -> Page:
    """A scanner whose search is open, over a list of six people."""
    server.list.names = names
    for n, (code, name) in enumerate(zip(CODES, NAMES, strict=True)):
        server.list.add(
            code, "K7M2QF" if n < 2 else f"P3XW9{n}", n + 1 if n < 2 else 1, **({"name": name} if names else {})
        )
        server.admit(code)
    page = with_list(context.new_page(), server)
    page.locator("#key-search").click()
    return page


def found(page: Page, query: str, count: int) -> list[str]:
    """What the list shows for a query, once it shows so many."""
    page.locator("#search-field").fill(query)
    page.locator("#search-field").press("Enter")
    rows = page.locator("#search-list .row-name")
    expect(rows).to_have_count(count)
    return rows.all_text_contents()


def test_names_are_found_in_kana_romaji_and_any_width(context: BrowserContext, server: DoorDouble) -> None:
    page = searching(context, server)
    for query in ("さとう", "サトウ", "ｻﾄｳ", "satou", "Sato", "SATŌ", "ｓａｔｏ ｋｅｎ", "ken sato", "けん"):
        assert found(page, query, 1) == ["サトウ ケン"], query
    for query in ("しんどう", "シンドウ", "shindo", "sindou", "mari"):
        assert found(page, query, 1) == ["しんどう まり"], query
    for query, name in (
        ("大野", ""),
        ("山田", "山田 花子"),
        ("花子", "山田 花子"),
        ("aine", "O'Brien Áine"),
    ):
        assert found(page, query, 1 if name else 0) == ([name] if name else []), query
    assert found(page, "おおの", 1) == found(page, "ono", 1) == ["Ōno Jun"]


def test_a_name_in_kanji_is_found_by_how_it_is_read(context: BrowserContext, server: DoorDouble) -> None:
    server.list.names = True
    server.list.add(CODES[0], "K7M2QF", 1, name="髙橋 美咲", kana="たかはし みさき")
    server.admit(CODES[0])
    page = with_list(context.new_page(), server)
    page.locator("#key-search").click()
    for query in ("たかはし", "タカハシ", "takahashi", "みさき", "misaki takahashi", "髙橋", "美咲"):
        assert found(page, query, 1) == ["髙橋 美咲"], query
    assert found(page, "さとう", 0) == []


def test_the_order_code_finds_its_tickets_also_where_names_are_not_allowed(
    context: BrowserContext, server: DoorDouble
) -> None:
    page = searching(context, server, names=False)
    expect(page.locator("#search-title")).to_have_text("注文番号で検索")
    assert len(found(page, "K7M2QF", 2)) == 2
    assert len(found(page, "ｋ７ｍ２ｑｆ－２", 1)) == 1
    assert len(found(page, "k7m2qf2", 1)) == 1
    expect(page.locator("#search-list")).to_contain_text("K7M2QF-2")
    assert found(page, "さとう", 0) == []


def test_who_is_chosen_gets_a_verdict_as_if_scanned(context: BrowserContext, server: DoorDouble) -> None:
    page = searching(context, server)
    found(page, "さとう", 1)
    page.locator("#search-list button").click()
    expect_verdict(page, "admit")
    assert server.scans[0]["code_hash"] == server.list.tickets[FIRST]["hash"]
    assert server.scans[0].get("code") is None


def test_nothing_found_says_what_else_helps_and_axe_finds_nothing(context: BrowserContext, server: DoorDouble) -> None:
    page = searching(context, server)
    found(page, "ずず", 0)
    expect(page.locator("#search-said")).to_contain_text("注文番号で探してください")
    found(page, "さとう", 1)
    assert axe(page) == []
    heights = page.evaluate("[...document.querySelectorAll('#search .key')].map((key) => key.offsetHeight)")
    assert min(heights) >= 64


def test_a_code_that_a_typing_scanner_sends_meanwhile_is_a_scan(context: BrowserContext, server: DoorDouble) -> None:
    page = searching(context, server)
    page.locator("#search-field").press_sequentially(FIRST)
    page.locator("#search-field").press("Enter")
    expect_verdict(page, "admit")
    expect(page.locator("#search")).to_be_hidden()
    assert [scan["code"] for scan in server.scans] == [FIRST]
