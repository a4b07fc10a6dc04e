"""What changes while tablets are at the doors is on every one of them within five seconds, in real time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from house_at_the_door import Door, ready
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from web_process import WebProcess, doors_open_now

from factories import House
from ticketing.core.db import reading, writing
from ticketing.door import room
from ticketing.events.models import Room
from ticketing.tickets.issue import Seat, issue, revoke
from ticketing.tickets.models import Ticket

pytestmark = pytest.mark.browser

TABLETS = 2
PROMISED = 5.0
GIVEN_UP = 15.0
PHASES = (0.3, 1.1, 1.9, 2.7)
READ = """([hash]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("ticketing-door");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const db = opening.result;
    const work = db.transaction(["meta", "list"]);
    const block = work.objectStore("list").get(hash.slice(0, 2));
    const facts = work.objectStore("meta").get("facts");
    work.oncomplete = () => {
      db.close();
      const record = (block.result ?? []).find((one) => one.hash === hash);
      resolve({ state: record?.state ?? null, capacity: facts.result.room.capacity });
    };
  };
})"""


@dataclass
class Doors:
    """Tablets of one house, online."""

    house: House
    pages: list[Page]

    def sell(self, order: str) -> str:
        """One ticket more; its hash as tablets know it."""
        catalog = self.house.catalog()
        with self.house.app.app_context(), writing() as session:
            issue(session, catalog.id, order, [Seat(catalog.tiers[0].id, "山田 花子")], datetime.now(UTC))
        with self.house.app.app_context(), reading() as session:
            return session.scalars(select(Ticket.code_hash).where(Ticket.order_code == order)).one()[:32]

    def revoke(self, order: str) -> None:
        with self.house.app.app_context(), writing() as session:
            revoke(session, order, [1], datetime.now(UTC))

    def limit(self, places: int) -> None:
        catalog = self.house.catalog()
        with self.house.app.app_context(), writing() as session:
            room_id = session.scalars(select(Room.id)).one()
            room.set_limit(session, catalog.id, room_id, places, datetime.now(UTC), "cli")

    def wait(self, seconds: float) -> None:
        self.pages[0].wait_for_timeout(seconds * 1000)

    def seconds_until(self, hashed: str, name: str, value: object) -> float:
        """How long until the last tablet knows it."""
        began = time.monotonic()
        left = list(self.pages)
        while left:
            assert time.monotonic() - began < GIVEN_UP, f"{name} is not {value} everywhere"
            left = [page for page in left if page.evaluate(READ, [hashed])[name] != value]
            self.wait(0.05)
        return time.monotonic() - began


@pytest.fixture
def doors(house: House, browser: Browser, database_url: str, tmp_path: Path) -> Iterator[Doors]:
    doors_open_now(house)
    web = WebProcess(database_url, tmp_path)
    with ExitStack() as open_things:
        web.start()
        open_things.callback(web.kill)
        door = Door(house, web.port)
        pages = [door.tablet(browser, "AB"[n % 2]) for n in range(TABLETS)]
        for page in pages:
            open_things.callback(page.context.close)
            ready(page)
        yield Doors(house, pages)


def test_sales_revocations_and_a_new_limit_are_on_every_tablet_within_five_seconds(doors: Doors) -> None:
    waits = []
    for n, phase in enumerate(PHASES):
        doors.wait(phase)
        hashed = doors.sell(f"LATE{n}AA")
        waits.append(doors.seconds_until(hashed, "state", "valid"))
        doors.wait(phase)
        doors.revoke(f"LATE{n}AA")
        waits.append(doors.seconds_until(hashed, "state", "revoked"))
    doors.limit(250)
    waits.append(doors.seconds_until(hashed, "capacity", 250))
    assert max(waits) <= PROMISED, waits
