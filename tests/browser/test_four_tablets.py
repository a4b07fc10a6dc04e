"""Four tablets in real Chromium before a small room, the web command as a process of its own, and everything fails.

The network is cut by the browser, answers are dropped on the way, the server is killed with -9, a tab is closed with a
full queue. The guests are the truth: who was shown a way in stands in the room until they leave.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from house_at_the_door import LONG, READ_STORE, Door, cut, ready, start_shift, wait_until
from lossy_proxy import Way, lossy
from playwright.sync_api import Browser, Page, expect
from rush_page import is_rushing, rush, said
from sqlalchemy import select, update
from web_process import WebProcess, doors_open_now

from factories import House, well
from ticketing.core.db import reading, writing
from ticketing.door.models import Conflict, Occupancy, Scan
from ticketing.events.models import Room

pytestmark = pytest.mark.browser

LIMIT = 15
TICKETS = 24
TABLETS = 4
LOSES = 0.2
A_ROUND = 120
SETTLED_WITHIN = 15
UNSENT = f"{READ_STORE}.then(({{ queue }}) => queue.length)"


@dataclass
class Evening:
    """The house, its tablets, and who stands in the room."""

    house: House
    door: Door
    web: WebProcess
    way: Way
    pages: list[Page]
    codes: list[str]
    inside: Counter[str] = field(default_factory=Counter)
    doubled: set[str] = field(default_factory=set)
    told: list[int] = field(default_factory=lambda: [0] * TABLETS)
    closed: int = 0

    def round(self, kind: str, shares: Sequence[Sequence[str]], trouble: Callable[[], None]) -> None:
        """All tablets scan at once, in trouble; then everybody is where the screens have sent them."""
        for page, codes in zip(self.pages, shares, strict=True):
            rush(page, kind, codes)
        trouble()
        deadline = time.monotonic() + A_ROUND
        while any(is_rushing(page) for page in self.pages):
            assert time.monotonic() < deadline, "somebody still waits at the door"
            self.check_books()
            self.pages[0].wait_for_timeout(200)
        for n, page in enumerate(self.pages):
            news, self.told[n] = said(page)[self.told[n] :], len(said(page))
            self.move(news)
        assert sum(self.inside.values()) <= LIMIT, "one too many"

    def move(self, news: Sequence[dict[str, Any]]) -> None:
        for one in news:
            if one["kind"] == "exit":
                self.inside[one["code"]] -= 1  # whatever the screen says: nobody is kept from leaving
            elif one["verdict"] == "admit":
                self.inside[one["code"]] += 1
                self.doubled |= {one["code"]} if self.inside[one["code"]] > 1 else set()

    def check_books(self) -> None:
        with self.house.app.app_context(), reading() as session:
            for room in session.scalars(select(Occupancy)):
                assert room.inside + room.untracked + room.reserved <= LIMIT

    def pause(self, seconds: float) -> None:
        self.pages[0].wait_for_timeout(seconds * 1000)

    def the_server_dies(self, seconds: float) -> None:
        self.web.kill()
        self.pause(seconds)
        self.web.start()

    def a_tab_is_closed(self, n: int, kind: str, codes: Sequence[str]) -> int:
        """Closed in the middle, opened again without a network, where it goes on; how many scans it owed."""
        context, before = self.pages[n].context, self.told[n]
        while len(said(self.pages[n])) < before + 2:
            self.pause(0.05)
        self.pages[n].close()
        self.closed += 1
        page = self.pages[n] = context.new_page()
        page.goto(self.door.address)
        start_shift(page)
        owed: int = page.evaluate(UNSENT)
        done = {one["code"] for one in said(page)[before:]}
        rush(page, kind, [code for code in codes if code not in done])
        return owed

    def cut_off(self, *numbers: int) -> None:
        """These tablets are cut off, all others are back and owe nothing."""
        for n, page in enumerate(self.pages):
            cut(page.context, n in numbers)
        for page in [page for n, page in enumerate(self.pages) if n not in numbers]:
            wait_until(page, f"{UNSENT}.then((n) => n === 0)")
            expect(page.locator("#offline-banner")).to_be_hidden(timeout=LONG)


@pytest.fixture
def evening(house: House, browser: Browser, database_url: str, tmp_path: Path) -> Iterator[Evening]:
    codes = [code for _ in range(TICKETS) for code in house.codes(house.buy(day=1))]
    doors_open_now(house)
    with house.app.app_context(), writing() as session:
        session.execute(update(Room).values(capacity=LIMIT))
    web = WebProcess(database_url, tmp_path)
    with ExitStack() as open_things:
        web.start()
        open_things.callback(web.kill)
        way = open_things.enter_context(lossy(web.port))
        door = Door(house, way.port)
        pages = [door.tablet(browser, "AB"[n % 2]) for n in range(TABLETS)]
        for page in pages:
            open_things.callback(page.context.close)
            ready(page)
        yield Evening(house, door, web, way, pages, codes)


def test_nothing_is_lost_nothing_doubled_untold_and_never_one_too_many(evening: Evening) -> None:
    codes = evening.codes
    shares = [codes[n::TABLETS] for n in range(TABLETS)]
    shares[2].insert(0, codes[0])  # somebody with a copy
    evening.way.loses = LOSES

    def the_server_dies() -> None:
        evening.pause(1)
        evening.the_server_dies(0.5)

    def a_tab_is_closed_too() -> None:
        assert evening.a_tab_is_closed(0, "entry", shares[0]) >= 2
        the_server_dies()

    evening.cut_off(0, 2)
    evening.round("entry", shares, a_tab_is_closed_too)
    assert evening.doubled == {codes[0]}
    leaving = [code for code, count in evening.inside.items() for _ in range(count)]
    evening.cut_off(1, 2)
    evening.round("exit", [leaving[n::TABLETS] for n in range(TABLETS)], the_server_dies)
    assert +evening.inside == Counter()
    evening.cut_off(3)
    evening.round("entry", shares[::-1], the_server_dies)
    evening.way.loses = 0
    evening.cut_off()
    assert evening.way.lost > 0
    everything_is_kept(evening)
    places_agree(evening)
    well(evening.house)


def everything_is_kept(evening: Evening) -> None:
    """Each way in that was shown is one entry that was let in; a closed tab may have kept one that it never showed."""
    shown = Counter(one["code"] for page in evening.pages for one in said(page) if is_admission(one))
    hashes = {code: evening.pages[0].evaluate(HASH, code) for code in shown}
    rows = evening.door.rows(Scan)
    undone = {scan.undoes for scan in rows if scan.kind == "exit" and scan.undoes}
    kept = Counter(
        scan.code_hash for scan in rows if (scan.kind, scan.decision) == ("entry", "admit") and scan.id not in undone
    )
    assert {code: kept[hashes[code]] for code in shown if kept[hashes[code]] < shown[code]} == {}
    assert sum(kept.values()) - sum(shown.values()) <= evening.closed
    assert {scan.mode for scan in rows} == {"online", "offline"}
    open_now = [one for one in evening.door.rows(Conflict) if one.closed_at is None]
    assert "over_limit" not in {one.kind for one in open_now}
    told = {one.scan_id for one in open_now}
    assert {hashes[code] for code in evening.doubled} <= {scan.code_hash for scan in rows if scan.id in told}


def places_agree(evening: Evening) -> None:
    """The places that the house believes to be with tablets are with them, once no exchange is under way."""
    for _ in range(SETTLED_WITHIN):
        kept = [
            page.evaluate(f"{READ_STORE}.then(({{ counters }}) => counters.counters.permits)") for page in evening.pages
        ]
        (room,) = evening.door.rows(Occupancy)
        if sum(kept) == room.reserved:
            return
        evening.pause(1)
    raise AssertionError(f"tablets hold {kept}, the house believes {room.reserved}")


def is_admission(one: dict[str, Any]) -> bool:
    return (one["kind"], one["verdict"]) == ("entry", "admit")


HASH = """async (code) => {
  const hashed = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code));
  return [...new Uint8Array(hashed)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 32);
}"""
