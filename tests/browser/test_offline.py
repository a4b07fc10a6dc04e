"""Tablets without the server: real Chromium, the real house, the network cut by the browser or the server gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from house_at_the_door import LONG, READ_STORE, Door, cut, ready, start_shift, wait_until
from playwright.sync_api import Browser, Page, Route, expect
from scanner import FIRST, expect_verdict, next_ticket, type_code
from sqlalchemy import update

from factories import House, well
from ticketing.core.db import writing
from ticketing.door.models import Conflict, Scan, Station, Stay
from ticketing.door.permits import write_off
from ticketing.events.models import Room
from ticketing.tickets import issue

pytestmark = pytest.mark.browser


@pytest.fixture
def door(house: House, browser: Browser) -> Iterator[Door]:
    opened = Door(house)
    opened.open()
    yield opened
    for context in browser.contexts:
        context.close()
    opened.shut()


def store(page: Page) -> dict[str, Any]:
    facts: dict[str, Any] = page.evaluate(READ_STORE)
    return facts


def expect_online(page: Page, online: bool = True) -> None:
    banner = expect(page.locator("#offline-banner"))
    if online:
        banner.to_be_hidden(timeout=LONG)
    else:
        banner.to_be_visible(timeout=LONG)


def all_sent(page: Page) -> None:
    wait_until(page, f"{READ_STORE}.then(({{ queue }}) => queue.length === 0)")
    expect_online(page)


def admitted(door: Door) -> list[Scan]:
    """Entries that were let in. What takes a request in doubt back is an exit."""
    return [scan for scan in door.rows(Scan) if (scan.kind, scan.decision) == ("entry", "admit")]


def test_a_tablet_that_is_cut_off_goes_on_and_settles_afterwards(house: House, door: Door, browser: Browser) -> None:
    online, alone = house.codes(house.buy(day=2))
    page = door.tablet(browser)
    type_code(page, online)
    expect_verdict(page, "admit")
    next_ticket(page)
    cut(page.context)
    type_code(page, alone)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict-word")).to_have_text("入場OK")
    next_ticket(page)
    expect_online(page, online=False)
    for code in (alone, online):
        type_code(page, code)
        expect_verdict(page, "refuse", "already_inside")
        next_ticket(page)
    type_code(page, FIRST)
    expect_verdict(page, "ask", "undecided")
    next_ticket(page)
    assert [scan["kind"] for scan in store(page)["queue"]] == ["exit", "entry", "entry", "entry", "entry"]
    cut(page.context, is_cut=False)
    all_sent(page)
    assert sorted(scan.mode for scan in admitted(door)) == ["offline", "online"]
    well(house)


def test_without_a_place_of_its_own_the_tablet_asks(house: House, door: Door, browser: Browser) -> None:
    (code,) = house.codes(house.buy(day=1))
    with house.app.app_context(), writing() as session:
        session.execute(update(Room).values(capacity=1))
    page = door.tablet(browser)
    cut(page.context)
    type_code(page, code)
    expect_verdict(page, "ask", "undecided")
    next_ticket(page)
    cut(page.context, is_cut=False)
    all_sent(page)
    type_code(page, code)
    expect_verdict(page, "admit")


def test_a_network_that_says_nothing_is_given_up_after_three_seconds(
    house: House, door: Door, browser: Browser
) -> None:
    (code,) = house.codes(house.buy(day=1))
    door.shut()
    silent, over = threading.Event(), threading.Event()

    def deaf(app: Any) -> Any:
        def call(environ: dict[str, Any], start: Any) -> Any:
            if silent.is_set() and environ["PATH_INFO"].startswith("/api/"):
                over.wait(LONG / 1000)
            return app(environ, start)

        return call

    door.wrap = deaf
    door.open()
    page = door.tablet(browser)
    silent.set()
    began = time.monotonic()
    type_code(page, code)
    expect_verdict(page, "admit")
    waited = time.monotonic() - began
    expect_online(page, online=False)
    silent.clear()
    over.set()
    next_ticket(page)
    assert 2.5 < waited < 5
    all_sent(page)
    assert [scan.mode for scan in admitted(door) if scan.permit] == ["offline"]
    well(house)


def test_a_full_queue_outlives_the_tab_and_a_start_without_network(house: House, door: Door, browser: Browser) -> None:
    codes = house.codes(house.buy(day=3))
    page = door.tablet(browser)
    context = page.context
    cut(context)
    for code in codes[:2]:
        type_code(page, code)
        expect_verdict(page, "admit")
        next_ticket(page)
    page.close()
    again = context.new_page()
    again.goto(door.address)
    start_shift(again)
    expect_online(again, online=False)
    assert [scan["kind"] for scan in store(again)["queue"]] == ["exit", "entry", "entry"]
    type_code(again, codes[0])
    expect_verdict(again, "refuse", "already_inside")
    next_ticket(again)
    type_code(again, codes[2])
    expect_verdict(again, "admit")
    next_ticket(again)
    cut(context, is_cut=False)
    all_sent(again)
    assert len(admitted(door)) == len(door.rows(Stay)) == 3
    well(house)


def test_a_server_that_dies_and_comes_back_gets_everything_once(house: House, door: Door, browser: Browser) -> None:
    codes = house.codes(house.buy(day=3))
    page = door.tablet(browser)
    type_code(page, codes[0])
    expect_verdict(page, "admit")
    next_ticket(page)
    door.shut()
    for code in codes[1:]:
        type_code(page, code)
        expect_verdict(page, "admit")
        next_ticket(page)
    page.reload()
    start_shift(page)
    assert len([scan for scan in store(page)["queue"] if scan["undoes"] is None]) == 2
    door.open()
    all_sent(page)
    stays = [stay for stay in door.rows(Stay) if stay.closed_at is None]
    assert len(stays) == len(admitted(door)) == 3
    well(house)


def test_answers_that_get_lost_on_the_way_change_nothing(house: House, door: Door, browser: Browser) -> None:
    codes = house.codes(house.buy(day=2))
    page = door.tablet(browser)
    page.context.route("**/door/scan", lose, times=4)
    type_code(page, codes[0])
    expect_verdict(page, "admit")
    page.context.route("**/door/sync", lose, times=2)
    next_ticket(page)
    all_sent(page)
    assert len([stay for stay in door.rows(Stay) if stay.closed_at is None]) == 1
    assert door.rows(Conflict) == []
    well(house)


def lose(route: Route) -> None:
    """The work is done, the answer never comes."""
    route.fetch()
    route.abort("connectionreset")


def test_two_tablets_cut_off_admit_the_same_ticket_and_the_office_is_told(
    house: House, door: Door, browser: Browser
) -> None:
    (code,) = house.codes(house.buy(day=1))
    pages = [door.tablet(browser, gate) for gate in ("A", "B")]
    for page in pages:
        cut(page.context)
        type_code(page, code)
        expect_verdict(page, "admit")
        next_ticket(page)
    for page in pages:
        cut(page.context, is_cut=False)
        all_sent(page)
    assert [conflict.kind for conflict in door.rows(Conflict)] == ["double_entry"]
    assert len(admitted(door)) == 2


def test_a_late_sale_and_a_revocation_reach_the_tablet_by_themselves(
    house: House, door: Door, browser: Browser
) -> None:
    order = house.buy(day=2)
    revoked, kept = house.codes(order)
    page = door.tablet(browser)
    house.clock.advance(timedelta(seconds=5))
    (late,) = house.codes(house.buy(day=1))
    revoke(house, order)
    version = store(page)["news"]["listVersion"]
    wait_until(page, f"{READ_STORE}.then(({{ news }}) => news.listVersion > {version})")
    cut(page.context)
    type_code(page, late)
    expect_verdict(page, "admit")
    next_ticket(page)
    type_code(page, revoked)
    expect_verdict(page, "refuse", "revoked")
    next_ticket(page)
    type_code(page, kept)
    expect_verdict(page, "admit")


def revoke(house: House, order: str) -> None:
    """Take the first ticket of this order back."""
    with house.app.app_context(), writing() as session:
        issue.revoke(session, order.split("/")[2], [1], house.clock.now())


def test_only_one_page_of_a_tablet_scans(house: House, door: Door, browser: Browser) -> None:
    codes = house.codes(house.buy(day=2))
    first = door.tablet(browser)
    second = first.context.new_page()
    second.goto(door.address)
    start_shift(second)
    type_code(second, codes[0])
    expect_verdict(second, "ask", "undecided")
    next_ticket(second)
    assert admitted(door) == []
    first.close()
    ready(second)
    second.wait_for_timeout(500)
    type_code(second, codes[1])
    expect_verdict(second, "admit")


def test_a_tablet_that_owes_scans_is_not_unpaired(house: House, door: Door, browser: Browser) -> None:
    (code,) = house.codes(house.buy(day=1))
    page = door.tablet(browser)
    cut(page.context)
    type_code(page, code)
    expect_verdict(page, "admit")
    next_ticket(page)
    page.locator("#key-settings").click()
    page.locator("#forget").click()
    expect(page.locator("#settings-said")).to_contain_text("2件")  # the scan, and the undo of the one in doubt
    expect(page.locator("#forget-yes")).to_be_hidden()
    page.locator("#settings-close").click()
    cut(page.context, is_cut=False)
    all_sent(page)
    page.locator("#key-settings").click()
    page.locator("#forget").click()
    page.locator("#forget-yes").click()
    expect(page.locator("[name=pairing]")).to_be_visible()
    assert len(admitted(door)) == 1


def test_a_tablet_whose_store_was_wiped_is_a_new_one(house: House, door: Door, browser: Browser) -> None:
    (code,) = house.codes(house.buy(day=1))
    page = door.tablet(browser)
    context = page.context
    (old,) = door.rows(Station)
    assert old.permits > 0
    page.close()
    elsewhere = context.new_page()
    elsewhere.goto(f"http://127.0.0.1:{door.port}/healthz")
    elsewhere.evaluate(WIPE)
    elsewhere.close()
    again = context.new_page()
    again.goto(door.address)
    expect(again.locator("[name=pairing]")).to_be_visible(timeout=LONG)
    door.pair(again, "A", "A-new")
    ready(again)
    type_code(again, code)
    expect_verdict(again, "admit")
    assert permits_of(door)[old.device_id] == old.permits
    with house.app.app_context(), writing() as session:
        assert write_off(session, old.device_id, house.clock.now(), "cli")
    assert permits_of(door)[old.device_id] == 0
    assert len(permits_of(door)) == 2
    well(house)


def permits_of(door: Door) -> dict[str, int]:
    """The places of each tablet, as the house believes."""
    return {station.device_id: station.permits for station in door.rows(Station)}


WIPE = """new Promise((done, fail) => {
  const wiping = indexedDB.deleteDatabase("ticketing-door");
  wiping.onsuccess = () => done(true);
  wiping.onerror = wiping.onblocked = () => fail(new Error("not wiped"));
})"""
