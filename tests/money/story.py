"""What buyers, Stripe, the organizer, the network and death may do, in any order; and what must hold afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import hypothesis.strategies as st
import promises
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import select
from stage import PROMO_CODES, Killed, Stage

from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.states import PAID, PARTLY
from ticketing.orders.terms import by_rules, in_full
from ticketing.payments import owed, reconcile
from ticketing.payments.calling_off import call_off
from ticketing.payments.models import Refund
from ticketing.payments.outside import note_paid_outside
from ticketing.payments.refunds import Cause, refund_tickets
from ticketing.reports.to_act import failed_refunds

FATES = st.lists(st.sampled_from(["", "unreached", "unanswered", "killed before", "killed after"]), max_size=3)
CARDS = ["4242424242424242", "4000000000000002", "4000000000005126", "4000000000007726", "4000000000000259"]
NUMBERS = ["11111111110", "22222222220", "33333333330", "44444444440", "55555555550"]
STEPS = [{"minutes": 1}, {"minutes": 4}, {"minutes": 20}, {"minutes": 32}, {"hours": 6}, {"hours": 50}]
# What is drawn never depends on rows or on Stripe's objects: ids are others each time, and so is their order.
WHICH = st.integers(0, 999)
TICKETS = st.lists(st.integers(0, 2), min_size=1, unique=True)
WORK = ("work_events", "work_payments", "work_canceled", "work_refunds")
KEY = {"Authorization": "Bearer sk_test_story"}


class Story(RuleBasedStateMachine):
    """One story. `stage` is set by the test."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.stage.begin()
        self.visitors = [self.stage.house.client for _ in range(3)]
        self.forms: dict[int, dict[str, Any]] = {}

    @contextmanager
    def may_die(self, fates: list[str] | None = None, commits: int = 0) -> Iterator[None]:
        """The process may die in here; whoever waited for it gets no answer."""
        self.stage.line.fates, self.stage.die_at_commit = list(fates or []), commits
        try:
            yield
        except Killed:
            pass
        finally:
            self.stage.line.fates, self.stage.die_at_commit = [], 0

    @rule(
        visitor=st.integers(0, 2),
        day=st.integers(0, 3),
        conference=st.integers(0, 2),
        again=st.booleans(),
        fates=FATES,
        code=st.sampled_from(["", *PROMO_CODES]),
    )
    def order(self, visitor: int, day: int, conference: int, again: bool, fates: list[str], code: str = "") -> None:
        """Somebody sends the final form, or the same one again, corrected or not, with a promo code or without."""
        form = self.forms.get(visitor, {}) if again else {}
        form = form or {"form_key": uuid.uuid4().hex, "email": f"visitor{visitor}@example.com"}
        self.forms[visitor] = form
        with self.may_die(fates):
            answer = self.stage.house.order(self.visitors[visitor], day=day, conference=conference, code=code, **form)
            assert answer.status_code in (303, 400, 409, 503), answer.text

    @rule(which=WHICH, number=st.sampled_from(CARDS))
    def pay_by_card(self, which: int, number: str) -> None:
        """A buyer sends the form of the hosted page."""
        if session := self._one(which, "checkout.session", lambda one: one["status"] == "open"):
            form = {"method": "card", "card_number": number, "exp": "12/34", "cvc": "123"}
            assert self.stage.stripe.post(f"/c/pay/{session['id']}", data=form).status_code < 500

    @rule(which=WHICH, number=st.sampled_from(NUMBERS))
    def take_voucher(self, which: int, number: str) -> None:
        """A buyer chooses a convenience store."""
        if session := self._one(which, "checkout.session", lambda one: one["status"] == "open"):
            form = {"method": "konbini", "confirmation_number": number}
            assert self.stage.stripe.post(f"/c/pay/{session['id']}", data=form).status_code < 500

    @rule(which=WHICH, times=st.integers(1, 2))
    def hear(self, which: int, times: int) -> None:
        """A webhook comes: any, in any order, late, again. Those that nobody draws are lost."""
        count = len(self.stage.objects("event"))
        if count:
            for _ in range(times):
                self.stage.deliver(which % count)

    @rule(fates=FATES, commits=st.integers(0, 6))
    def work(self, fates: list[str], commits: int) -> None:
        """The worker does a round, or dies in it."""
        with self.may_die(fates, commits):
            self.stage.work(*WORK)

    @rule(step=st.sampled_from(STEPS))
    def wait(self, step: dict[str, int]) -> None:
        """Time goes by."""
        self.stage.pass_time(**step)

    @rule(which=WHICH)
    def come_back(self, which: int) -> None:
        """A buyer comes back from the payment page."""
        if session := self._one(which, "checkout.session", lambda one: True):
            path = session["cancel_url"].removeprefix("http://localhost")
            assert self.stage.house.client.get(f"{path}?session={session['id']}").status_code == 200

    @rule(which=WHICH, tickets=TICKETS, by_the_rules=st.booleans(), commits=st.integers(0, 2))
    def refund(self, which: int, tickets: list[int], by_the_rules: bool, commits: int) -> None:
        """Tickets go back, by the organizer or by the event's rules."""
        house = self.stage.house
        with house.app.app_context(), reading() as session:
            paid = list(session.scalars(select(Order.id).where(Order.state.in_((PAID, PARTLY))).order_by(Order.code)))
        if not paid:
            return
        order_id, now = paid[which % len(paid)], house.clock.now()
        with self.may_die(commits=commits), house.app.app_context():
            catalog = house.catalog()
            try:
                with writing() as session:
                    order = get(session, order_id)
                    count = sum(line.quantity for line in order.lines)
                    numbers = sorted({1 + number % count for number in tickets})
                    terms = by_rules(catalog, order, numbers, now) if by_the_rules else in_full(order, numbers)
                    refund_tickets(session, order, numbers, terms, Cause("organizer", "cli"), now)
            except Refused as error:
                if error.code not in {"ticket_not_valid", "disputed", "refund_too_much", "refund_closed"}:
                    raise

    @rule(which=WHICH, outside=st.booleans(), commits=st.integers(0, 1))
    def owe(self, which: int, outside: bool, commits: int) -> None:
        """What Stripe could not give back is paid another way, or asked for again."""
        house = self.stage.house
        with house.app.app_context(), reading() as session:
            failed = [one.id for one in failed_refunds(session)]
        if not failed:
            return
        refund_id, now = failed[which % len(failed)], house.clock.now()
        with self.may_die(commits=commits), house.app.app_context():
            try:
                with writing() as session:
                    refund = session.get_one(Refund, refund_id)
                    if outside:
                        note_paid_outside(session, refund, "cash", "cli", now)
                    else:
                        owed.again(session, refund, "cli", now)
            except Refused as error:
                if error.code not in {"disputed", "refund_too_much"}:
                    raise

    @rule(which=WHICH, amount=st.integers(1, 4000))
    def refund_elsewhere(self, which: int, amount: int) -> None:
        """The organizer gives money back in Stripe's own Dashboard."""
        if intent := self._one(which, "payment_intent", lambda one: one["status"] == "succeeded"):
            form = {"payment_intent": intent["id"], "amount": amount}
            assert self.stage.stripe.post("/v1/refunds", data=form, headers=KEY).status_code in (200, 400)

    @rule(which=WHICH, status=st.sampled_from(["won", "lost"]))
    def decide_dispute(self, which: int, status: str) -> None:
        """The bank decides."""
        if dispute := self._one(which, "dispute", lambda one: one["status"] == "needs_response"):
            answer = self.stage.stripe.post("/_control/dispute", json={"dispute": dispute["id"], "status": status})
            assert answer.status_code == 200

    @rule(commits=st.integers(0, 1))
    def call_off(self, commits: int) -> None:
        """The organizer calls the event off, once a few have paid."""
        if len(self.stage.objects("charge")) <= 2:
            return
        house = self.stage.house
        event_id = house.catalog().id
        with self.may_die(commits=commits), house.app.app_context(), writing() as session:
            call_off(session, event_id, "cli", house.clock.now())

    def teardown(self) -> None:
        """Let everything come to its end, then compare both books."""
        try:
            self._come_to_rest()
            promises.check(self.stage)
        finally:
            self.stage.end()

    def _one(self, which: int, kind: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        found = [one for one in self.stage.objects(kind) if fits(one)]
        return found[which % len(found)] if found else None

    def _come_to_rest(self) -> None:
        """No more faults; lost webhooks are found by asking for events."""
        house = self.stage.house
        for _ in range(14):
            with house.app.app_context():
                reconcile.catch_up(house.clock.now())
            for _ in range(40):
                if not self.stage.work(*WORK):
                    break
            self.stage.pass_time(hours=6)
        with house.app.app_context():
            compared = reconcile.reconcile()
        assert (compared.left, compared.repaired) == ([], [])
