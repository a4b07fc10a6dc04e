"""Whatever people do around a sold-out hall, nobody steps in before those who wait, and no place is had twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, update

from factories import SEED, SLUG, House, session_of
from ticketing.core.db import Base, reading, writing
from ticketing.inventory import levels
from ticketing.inventory.models import Stock
from ticketing.orders.fulfil import take_back
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.reports.doctor import examine
from ticketing.tickets.models import Ticket
from ticketing.waiting.links import path_of, token_of
from ticketing.waiting.models import WaitingEntry
from ticketing.waiting.offers import in_line, served, until

LINES = int(os.environ.get("LINES", "8"))
TIERS = st.sampled_from(["1-DAY", "EVENT-ONLY"])
# What is drawn never depends on rows, whose ids and so whose order differ each time.
ANY = st.integers(0, 999)
KEEP = {"audit_entry", "alembic_version", "event", "venue", "room", "gate", "program", "tier", "tier_program", "stock"}
KEEP |= {"occupancy", "person", "grant"}


class AnyLine(RuleBasedStateMachine):
    """One story. `house` is set by the test."""

    house: House
    offers = 0

    def __init__(self) -> None:
        super().__init__()
        with self.house.app.app_context(), writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in KEEP:
                    session.execute(table.delete())
            session.execute(update(Stock).values(sold=0, held=0, waiting=0))
        text = SEED.read_text(encoding="utf-8").replace("capacity = 300", "capacity = 4")
        self.house.publish(text, starts_at=self.house.clock.now() + timedelta(days=40))  # time goes on between stories
        self.house.buy(conference=4)
        self.sessions: list[str] = []

    @rule(tier=TIERS, count=st.integers(1, 3))
    def buy(self, tier: str, count: int) -> None:
        """Somebody orders past the line: what is sold to them, nobody waits for."""
        answer = self.house.order(**{f"qty-{tier}": count})
        assert answer.status_code in (303, 409)
        if answer.status_code == 303:
            self.sessions.append(session_of(answer))
            present, catalog = self._levels()
            assert all(one.free >= one.waiting for one in present.of(catalog, catalog.tier(tier)))

    @rule(tier=TIERS, who=st.integers(0, 5), count=st.integers(1, 3), together=st.booleans())
    def join(self, tier: str, who: int, count: int, together: bool) -> None:
        """Somebody joins, or changes what they want."""
        self.house.clock.advance(timedelta(seconds=1))
        form = {"tier": tier, "quantity": count, "email": f"who{who}@example.com"} | (
            {"together": "1"} if together else {}
        )
        assert self.house.client.post(f"/e/{SLUG}/waiting", data=form).status_code in (303, 409)

    @rule(one=ANY, count=st.integers(1, 3), late=st.booleans())
    def take_up(self, one: int, count: int, late: bool) -> None:
        """Somebody orders with an offer: all of it, a part, more, or after its end."""
        if entry := self._one(one, WaitingEntry, lambda entry: entry.hold_id and (late or entry.state == "offered")):
            with self.house.app.app_context():
                token = token_of(entry.id)
            tier = self.house.catalog().tier_by_id(entry.tier_id).code
            answer = self.house.order(**{f"qty-{tier}": count, "offer": token})
            assert answer.status_code in (303, 409)
            if answer.status_code == 303:
                assert count <= (entry.offered or 0)
                self.sessions.append(session_of(answer))

    @rule(one=ANY)
    def leave(self, one: int) -> None:
        """Somebody leaves the line, or turns an offer down."""
        if entry := self._one(one, WaitingEntry, lambda entry: True):
            with self.house.app.app_context():
                path = path_of(entry.id)
            assert self.house.client.post(f"{path}/leave").status_code == 303

    @rule(one=ANY)
    def pay(self, one: int) -> None:
        """A buyer pays."""
        if self.sessions:
            session_id = self.sessions[one % len(self.sessions)]
            if self.house.gateway.sessions[session_id].status == "open":
                self.house.gateway.pay(session_id)
                self.house.hook(session_id)

    @rule(one=ANY)
    def cancel(self, one: int) -> None:
        """A buyer gives an unpaid order up."""
        if self.sessions:
            path = self.house.path(self.sessions[-1 - one % min(2, len(self.sessions))])
            self.house.client.post(f"{path}/cancel")

    @rule(one=ANY)
    def give_back(self, one: int) -> None:
        """A ticket goes back."""
        ticket = self._one(one, Ticket, lambda found: found.state == "valid")
        if ticket is not None:
            with self.house.app.app_context(), writing() as session:
                order_id = session.scalars(select(Order.id).where(Order.code == ticket.order_code)).one()
                take_back(session, get(session, order_id), [ticket.number], self.house.clock.now())

    @rule(minutes=st.sampled_from([1, 31, 800]))
    def wait(self, minutes: int) -> None:
        """Time goes by."""
        self.house.clock.advance(timedelta(minutes=minutes))

    @rule()
    def work(self) -> None:
        """The worker comes to rest: then nobody waits who could be offered something, and no place passed by them."""
        before = {entry.id for entry in self._rows(WaitingEntry) if entry.state == "waiting"}
        self.house.work()
        present, catalog = self._levels()
        now = self.house.clock.now()
        with self.house.app.app_context(), reading() as session:
            entries = list(session.scalars(in_line(catalog.id)))
        assert not [one for one, _ in served(catalog, entries, present) if until(catalog, catalog.tiers[0], now)]
        fresh = [one for one in self._rows(WaitingEntry) if one.id in before and one.state == "offered"]
        AnyLine.offers += len(fresh)
        for later in fresh:
            passed = [one for one in entries if one.tier_id == later.tier_id and one.joined_at < later.joined_at]
            assert all(one.together for one in passed)

    @invariant()
    def nothing_is_miscounted(self) -> None:
        """Every counter says what holds and the list say."""
        with self.house.app.app_context(), reading() as session:
            assert [one for one in examine(session) if one.code in ("stock_count", "order_hold", "order_tickets")] == []

    def _levels(self) -> Any:
        catalog = self.house.catalog()
        with self.house.app.app_context(), reading() as session:
            return levels.read(session, catalog.id), catalog

    def _rows(self, table: Any) -> list[Any]:
        with self.house.app.app_context(), reading() as session:
            return list(session.scalars(select(table).order_by(table.id)))

    def _one(self, number: int, table: Any, fits: Callable[[Any], Any]) -> Any:
        found = [row for row in self._rows(table) if fits(row)]
        return found[number % len(found)] if found else None


def test_nobody_steps_in_before_those_who_wait(house: House) -> None:
    told = type("Told", (AnyLine,), {"house": house})
    run_state_machine_as_test(
        told,
        settings=settings(
            max_examples=LINES, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert AnyLine.offers > 0, "nothing was told"
