"""Whatever happens, the dashboard says what a plain recount of the rows says, in Python and sharing no query.

`ACTIONS=10000 scripts/test tests/reports/test_any_figures.py` tells a longer story; compared at every hundredth step.
"""

from __future__ import annotations

import os
import random
import re
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text

from factories import MORNING, SEED, SLUG, House, session_of
from offline_tablet import OfflineTablet
from plain_recount import recount, told
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.inventory import levels
from ticketing.orders.reading import get
from ticketing.orders.terms import in_full
from ticketing.payments.refunds import Cause, refund_tickets
from ticketing.reports.board import board
from ticketing.reports.doctor import examine
from ticketing.reports.visits import write_down
from ticketing.staff.devices import revoke as take_off
from ticketing.tickets.code import code_hash
from ticketing.tickets.issue import code_of, reissue
from ticketing.tickets.models import Ticket

ACTIONS = int(os.environ.get("ACTIONS", "300"))
COMPARE_EVERY = 100
READER = {"User-Agent": "Mozilla/5.0 Firefox/145.0"}
LINKS = ("", "https://www.film.example.jp/a", "https://film.example.jp/b", "https://social.example/", "not an address")


class Life:
    """A house in which anything happens, from one seed; what is drawn depends on nothing else."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.draw = house, random.Random(seed)  # noqa: S311 (a story, no secret)
        large = SEED.read_text(encoding="utf-8").replace("capacity = 300", "capacity = 60000")
        large = re.sub(
            r"ends_at = 2025-10-26T(13|20)", r"ends_at = 2026-10-26T\1", large
        )  # a long day, for long stories
        house.publish(large, starts_at=MORNING + timedelta(minutes=20))
        self.tablets = [OfflineTablet(house.tablet("A")), OfflineTablet(house.tablet("B"))]
        self.open: list[str] = []
        self.orders: list[str] = []
        self.codes: list[str] = []
        self.entries: list[tuple[OfflineTablet, str, str]] = []
        self.visits: Counter[str] = Counter()

    def step(self) -> None:
        """One action."""
        actions: list[tuple[int, Callable[[], None]]] = [
            (20, self.begin), (20, self.pay), (3, self.let_expire), (6, self.refund), (5, self.transfer),
            (25, self.scan), (4, self.undo), (8, self.wait), (8, self.visit), (1, self.change_tablet),
        ]  # fmt: skip
        self.draw.choices([one for _, one in actions], [weight for weight, _ in actions])[0]()

    def begin(self) -> None:
        """Somebody orders, and does not pay yet."""
        answer = self.house.order(day=self.draw.randint(0, 2), conference=self.draw.randint(0, 2))
        if answer.status_code == 303:
            self.open.append(session_of(answer))

    def pay(self) -> None:
        """One who ordered pays, in time or not."""
        if not self.open:
            return self.begin()
        session_id = self.open.pop(self.draw.randrange(len(self.open)))
        self.house.gateway.pay(session_id)
        self.house.hook(session_id)
        self.house.work()
        path = self.house.path(session_id)
        found = self.house.status(path)
        self.orders.append(found["order"])
        self.codes += [ticket["code"] for ticket in found["tickets"] if ticket.get("code")]
        return None

    def let_expire(self) -> None:
        """Nobody pays for an hour."""
        self.house.clock.advance(timedelta(hours=1))
        self.house.work()

    def refund(self) -> None:
        """A ticket of an order goes back."""
        if not self.orders:
            return
        code, now = self.draw.choice(self.orders), self.house.clock.now()
        number = self.draw.randint(1, 4)
        with self.house.app.app_context(), writing() as session:
            order_id = session.execute(text('SELECT id FROM "order" WHERE code = :code'), {"code": code}).scalar_one()
            order = get(session, order_id)
            if number <= sum(line.quantity for line in order.lines):
                with suppress(Refused):  # it went back before
                    refund_tickets(session, order, [number], in_full(order, [number]), Cause("organizer", "cli"), now)
        self.house.gateway.refund_status = self.draw.choice(["succeeded", "pending", "failed"])
        self.house.work()

    def transfer(self) -> None:
        """A ticket gets its next code; the former one is worth nothing."""
        if not self.codes:
            return
        with self.house.app.app_context(), writing() as session:
            from_rows = session.execute(text("SELECT id FROM ticket WHERE state = 'valid' ORDER BY order_code, number"))
            ids = [row[0] for row in from_rows]
            if ids:
                ticket = session.get_one(Ticket, self.draw.choice(ids))
                assert reissue(session, ticket, "佐藤 葵", self.house.clock.now())
                self.codes.append(code_of(ticket))

    def scan(self) -> None:
        """A ticket or anything else is shown at a gate."""
        code = self.draw.choice(self.codes) if self.codes and self.draw.random() < 0.9 else "hello"
        tablet, scan_id = self.draw.choice(self.tablets), str(uuid.UUID(int=self.draw.getrandbits(128), version=4))
        kind = self.draw.choice(["entry", "entry", "exit"])
        if tablet.tablet.scan(code, kind, scan_id)["decision"] == "admit" and kind == "entry":
            self.entries.append((tablet, scan_id, code))

    def undo(self) -> None:
        """The last entry was a wrong tap."""
        if self.entries:
            tablet, scan_id, code = self.entries.pop()
            if tablet in self.tablets:
                tablet.note("exit", code_hash(code)[:32], undoes=scan_id)
                assert tablet.exchange()

    def wait(self) -> None:
        """Time goes by."""
        self.house.clock.advance(self.draw.choice([timedelta(seconds=20), timedelta(minutes=7), timedelta(hours=3)]))
        self.house.work()

    def visit(self) -> None:
        """Somebody opens the event page."""
        link = self.draw.choice(LINKS)
        self.house.client.get(f"/e/{SLUG}", headers={**READER, **({"Referer": link} if link else {})})
        host = {"https://social.example/": "social.example"}.get(
            link, "film.example.jp" if "film" in link else "direct"
        )
        self.visits[host] += 1
        self.house.clock.advance(timedelta(seconds=6))

    def change_tablet(self) -> None:
        """A tablet is taken off, another comes."""
        gone = self.tablets.pop(0)
        with self.house.app.app_context(), writing() as session:
            take_off(session, gone.tablet.facts["device"]["id"], self.house.clock.now(), "cli")
        self.tablets.append(OfflineTablet(self.house.tablet(self.draw.choice("AB"))))


def compare(life: Life) -> None:
    """The page's figures are those of the recount, and the visits those that were made."""
    house = life.house
    house.clock.advance(timedelta(seconds=6))
    now, catalog = house.clock.now(), house.catalog()
    with house.app.app_context():
        write_down(now)
        with reading() as session:
            said = told(catalog, board(session, catalog, now), levels.read(session, catalog.id))
            assert said == recount(session, catalog, now)
    assert dict(said["sources"]) == dict(life.visits)


@pytest.mark.parametrize("seed", [int(os.environ.get("SEED", "1"))])
def test_the_dashboard_says_what_a_recount_says_whatever_happens(house: House, seed: int) -> None:
    life = Life(house, seed)
    for number in range(1, ACTIONS + 1):
        life.step()
        if number % COMPARE_EVERY == 0:
            compare(life)
    compare(life)
    assert len(life.orders) > ACTIONS // 10
    with house.app.app_context(), reading() as session:
        assert {one.code for one in examine(session)} <= {"refund_failed", "payment_flag"}
