"""The self-test before doors open: every line ends in good or bad, and the server hears of it."""

from collections.abc import Callable

import pytest
from door_double import ROOT, DoorDouble
from playwright.sync_api import BrowserContext, Page, expect
from scanner import FIRST, listed, pair, ticket_image, with_list
from test_scanner_screens import axe

from ticketing.tickets import qr

pytestmark = pytest.mark.browser


def states(page: Page) -> dict[str, str]:
    """What stands in each line."""
    found: dict[str, str] = page.evaluate("""() => Object.fromEntries(
      [...document.querySelectorAll("[data-check]")].map(({ dataset }) => [dataset.check, dataset.state]))""")
    return found


def run(page: Page, heard: str = "ok") -> None:
    """Start it, answer for the sound, wait for the sum."""
    page.locator("#selftest-start").click()
    page.locator(f"[data-heard={heard}]").click()
    expect(page.locator("#selftest-sum")).to_contain_text("結果を管理画面へ送りました", timeout=30_000)


def test_a_tablet_with_a_camera_is_ready(server: DoorDouble, filmed: Callable[..., Page]) -> None:
    listed(server)
    page = pair(filmed(ticket_image(FIRST)), server)
    page.reload()
    page.locator("[data-on-screen=shift] [data-open-selftest]").click()
    run(page)
    assert {name for name, state in states(page).items() if state != "ok"} == set()
    expect(page.locator("#selftest-sum")).to_contain_text("準備できています")
    assert server.heard["test"]["ok"] is True
    assert server.heard["test"]["checks"] == states(page)


def test_what_fails_is_named_with_what_to_do(context: BrowserContext, server: DoorDouble) -> None:
    listed(server)
    page = with_list(context.new_page(), server)
    page.locator("#key-settings").click()
    page.locator("#settings [data-open-selftest]").click()
    run(page, heard="bad")
    assert {name for name, state in states(page).items() if state == "bad"} == {"camera", "sound"}
    expect(page.locator("[data-check=sound]")).to_contain_text("音量を上げ")
    expect(page.locator("[data-check=camera]")).to_contain_text("カメラを許可")
    assert server.heard["test"]["ok"] is False
    assert axe(page) == []


def test_without_a_server_the_connection_is_bad_and_the_clock_unknown(
    context: BrowserContext, server: DoorDouble
) -> None:
    page = pair(context.new_page(), server)
    server.failing = 10**6
    page.locator("#key-settings").click()
    page.locator("#settings [data-open-selftest]").click()
    page.locator("#selftest-start").click()
    page.locator("[data-heard=ok]").click()
    expect(page.locator("#selftest-sum")).to_contain_text("対応が必要です", timeout=30_000)
    assert states(page) | {"network": "bad", "clock": "skipped", "list": "bad"} == states(page)


def test_the_code_it_reads_is_a_symbol_as_tickets_carry_it() -> None:
    source = (ROOT / "src/ticketing/static/door/_testcode.js").read_text(encoding="utf-8")
    code = source.partition('TEST_CODE = "')[2].partition('"')[0]
    rows = source.partition("ROWS = [")[2].partition("]")[0].replace('"', "").replace(",", " ").split()
    drawn = tuple(tuple(mark == "1" for mark in f"{int(row, 16):025b}") for row in rows)
    assert drawn == qr.matrix(code)
