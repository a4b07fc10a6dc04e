"""A house in which anything happens: sales, refunds, transfers, scans, tills, from one seed."""

from __future__ import annotations

import random
import re
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from factories import MORNING, SEED, SLUG, House, session_of
from offline_tablet import OfflineTablet
from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.orders.buyer import Buyer
from ticketing.orders.changes import Act
from ticketing.orders.models import Order
from ticketing.orders.pricing import quote
from ticketing.orders.reading import get, view
from ticketing.orders.terms import in_full
from ticketing.payments import cash, cash_shifts
from ticketing.payments.cash_back import Giving, give_back, owed_in_cash
from ticketing.payments.comps import Guest, Line, give
from ticketing.payments.refunds import Cause, refund_tickets
from ticketing.staff import accounts
from ticketing.staff.devices import revoke as take_off
from ticketing.tickets.code import code_hash
from ticketing.tickets.issue import code_of, reissue
from ticketing.tickets.models import Ticket

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
        self.sold_in_cash: list[str] = []
        with house.app.app_context(), writing() as session:
            self.at_till = accounts.add(session, "sato@example.com", "boxoffice", "correct horse", house.clock.now())

    def step(self) -> None:
        """One action."""
        actions: list[tuple[int, Callable[[], None]]] = [
            (20, self.begin), (20, self.pay), (3, self.let_expire), (6, self.refund), (5, self.transfer),
            (25, self.scan), (4, self.undo), (8, self.wait), (8, self.visit), (1, self.change_tablet),
            (10, self.sell_at_till), (2, self.void), (3, self.give_cash_back), (1, self.count_drawer),
            (4, self.give),
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

    def sell_at_till(self) -> None:
        """A guest pays in cash at the door."""
        now, catalog = self.house.clock.now(), self.house.catalog()
        key = f"till {self.draw.getrandbits(64)}"
        buyer = Buyer("当日のお客様", "", "ja", key)
        choice = {"1-DAY": self.draw.randint(0, 2), "EVENT-ONLY": self.draw.randint(0, 2)}
        with self.house.app.app_context(), suppress(Refused), writing() as session:  # nothing was chosen
            wish = quote(catalog, choice, now, at_door=True)
            order_id = cash.sell(session, catalog, wish, buyer, cash.AtTill(self.shift(session), "sato"), now)
            order = get(session, order_id)
            self.orders.append(order.code)
            self.sold_in_cash.append(order_id)
            self.codes += [ticket.code for ticket in view(session, order)[1].tickets]

    def shift(self, session: Session) -> str:
        """The shift that is open at the till, begun where there is none."""
        event_id, now = self.house.catalog().id, self.house.clock.now()
        open_one = cash_shifts.shift_of(session, event_id, self.at_till)
        if open_one is None:
            drawer = cash_shifts.Drawer(event_id, self.at_till, "Till 1", "jpy", {"1000": 20})
            open_one = cash_shifts.open_shift(session, drawer, "sato", now)
        return open_one.id

    def void(self) -> None:
        """A sale at the till was a mistake: at once, or too late for that."""
        if self.sold_in_cash:
            with self.house.app.app_context(), suppress(Refused), writing() as session:
                cash.void(session, self.draw.choice(self.sold_in_cash[-5:]), "sato", self.house.clock.now())

    def give_cash_back(self) -> None:
        """Money of a refund goes out of the drawer, where as much is in it."""
        with self.house.app.app_context(), suppress(Refused), writing() as session:
            owed = [one for order_id in self.sold_in_cash[-20:] for one in owed_in_cash(session, order_id)]
            if owed:
                refund = self.draw.choice(owed)
                giving = Giving(refund.order_id, refund.id, self.shift(session), "sato")
                give_back(session, giving, self.house.clock.now())

    def count_drawer(self) -> None:
        """The shift ends, and the drawer is not always right."""
        with self.house.app.app_context(), writing() as session:
            count = {"1000": self.draw.randint(0, 60), "500": 1}
            cash_shifts.close_shift(
                session, self.shift(session), count, "counted twice", "sato", self.house.clock.now()
            )

    def give(self) -> None:
        """A guest gets complimentary tickets."""
        catalog, now = self.house.catalog(), self.house.clock.now()
        guest = Guest("招待 花子", "", "", "ja", self.draw.choice(catalog.tiers), self.draw.randint(1, 3), "press")
        line = Line(str(self.draw.getrandbits(64)), 1, guest)
        with self.house.app.app_context(), writing() as session:
            assert give(session, catalog, line, Act("owner", now))
            order_id = session.execute(select(Order.id).where(Order.form_key == line.key)).scalar_one()
            order = get(session, order_id)
            self.orders.append(order.code)
            self.codes += [ticket.code for ticket in view(session, order)[1].tickets]

    def change_tablet(self) -> None:
        """A tablet is taken off, another comes."""
        gone = self.tablets.pop(0)
        with self.house.app.app_context(), writing() as session:
            take_off(session, gone.tablet.facts["device"]["id"], self.house.clock.now(), "cli")
        self.tablets.append(OfflineTablet(self.house.tablet(self.draw.choice("AB"))))
