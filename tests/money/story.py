"""What buyers, Stripe, the organizer, the network and death may do, in any order; and what must hold afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sqlalchemy import func, select
from stage import Killed, Stage

from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.inventory.models import Stock
from ticketing.mail.models import Letter
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.states import PAID, PARTLY, WAITING
from ticketing.orders.terms import by_rules, in_full, price_of
from ticketing.payments import reconcile
from ticketing.payments.calling_off import call_off
from ticketing.payments.models import Dispute, Payment, Refund
from ticketing.payments.refunds import OPEN, Cause, refund_tickets
from ticketing.reports.doctor import examine
from ticketing.reports.money import Sums, money
from ticketing.tickets.models import Ticket

FATES = st.lists(st.sampled_from(["", "unreached", "unanswered", "killed before", "killed after"]), max_size=3)
CARDS = ["4242424242424242", "4000000000000002", "4000000000005126", "4000000000007726", "4000000000000259"]
NUMBERS = ["11111111110", "22222222220", "33333333330", "44444444440", "55555555550"]
STEPS = [{"minutes": 1}, {"minutes": 4}, {"minutes": 20}, {"minutes": 32}, {"hours": 6}, {"hours": 50}]
WORK = ("work_events", "work_payments", "work_canceled", "work_refunds")
KEY = {"Authorization": "Bearer sk_test_story"}
TOLD = {"refund_failed", "dispute_open", "payment_flag"}
"""What the doctor tells because a person must act: a bank's doing, not a fault of ours."""


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
        visitor=st.integers(0, 2), day=st.integers(0, 3), conference=st.integers(0, 2), again=st.booleans(), fates=FATES
    )
    def order(self, visitor: int, day: int, conference: int, again: bool, fates: list[str]) -> None:
        """Somebody sends the final form, or the same one again, corrected or not."""
        form = self.forms.get(visitor, {}) if again else {}
        form = form or {"form_key": uuid.uuid4().hex, "email": f"visitor{visitor}@example.com"}
        self.forms[visitor] = form
        with self.may_die(fates):
            answer = self.stage.house.order(self.visitors[visitor], day=day, conference=conference, **form)
            assert answer.status_code in (303, 400, 409, 503), answer.text

    @rule(data=st.data(), number=st.sampled_from(CARDS))
    def pay_by_card(self, data: st.DataObject, number: str) -> None:
        """A buyer sends the form of the hosted page."""
        if session := self._one(data, "checkout.session", lambda one: one["status"] == "open"):
            form = {"method": "card", "card_number": number, "exp": "12/34", "cvc": "123"}
            assert self.stage.stripe.post(f"/c/pay/{session['id']}", data=form).status_code < 500

    @rule(data=st.data(), number=st.sampled_from(NUMBERS))
    def take_voucher(self, data: st.DataObject, number: str) -> None:
        """A buyer chooses a convenience store."""
        if session := self._one(data, "checkout.session", lambda one: one["status"] == "open"):
            form = {"method": "konbini", "confirmation_number": number}
            assert self.stage.stripe.post(f"/c/pay/{session['id']}", data=form).status_code < 500

    @rule(data=st.data(), times=st.integers(1, 2))
    def hear(self, data: st.DataObject, times: int) -> None:
        """A webhook comes: any, in any order, late, again. Those that nobody draws are lost."""
        count = len(self.stage.objects("event"))
        if count:
            number = data.draw(st.integers(0, count - 1))
            for _ in range(times):
                self.stage.deliver(number)

    @rule(fates=FATES, commits=st.integers(0, 6))
    def work(self, fates: list[str], commits: int) -> None:
        """The worker does a round, or dies in it."""
        with self.may_die(fates, commits):
            self.stage.work(*WORK)

    @rule(step=st.sampled_from(STEPS))
    def wait(self, step: dict[str, int]) -> None:
        """Time goes by."""
        self.stage.pass_time(**step)

    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        """A buyer comes back from the payment page."""
        if session := self._one(data, "checkout.session", lambda one: True):
            path = session["cancel_url"].removeprefix("http://localhost")
            assert self.stage.house.client.get(f"{path}?session={session['id']}").status_code == 200

    @rule(data=st.data(), by_the_rules=st.booleans(), commits=st.integers(0, 2))
    def refund(self, data: st.DataObject, by_the_rules: bool, commits: int) -> None:
        """Tickets go back, by the organizer or by the event's rules."""
        house = self.stage.house
        with house.app.app_context(), reading() as session:
            paid = list(session.scalars(select(Order.id).where(Order.state.in_((PAID, PARTLY))).order_by(Order.code)))
        if not paid:
            return
        order_id, now = data.draw(st.sampled_from(paid)), house.clock.now()
        with self.may_die(commits=commits), house.app.app_context():
            catalog = house.catalog()
            try:
                with writing() as session:
                    order = get(session, order_id)
                    count = sum(line.quantity for line in order.lines)
                    numbers = data.draw(st.lists(st.integers(1, count), min_size=1, unique=True))
                    terms = by_rules(catalog, order, numbers, now) if by_the_rules else in_full(order, numbers)
                    refund_tickets(session, order, numbers, terms, Cause("organizer", "cli"), now)
            except Refused as error:
                if error.code not in {"ticket_not_valid", "disputed", "refund_too_much", "refund_closed"}:
                    raise

    @rule(data=st.data(), amount=st.integers(1, 4000))
    def refund_elsewhere(self, data: st.DataObject, amount: int) -> None:
        """The organizer gives money back in Stripe's own Dashboard."""
        if intent := self._one(data, "payment_intent", lambda one: one["status"] == "succeeded"):
            form = {"payment_intent": intent["id"], "amount": amount}
            assert self.stage.stripe.post("/v1/refunds", data=form, headers=KEY).status_code in (200, 400)

    @rule(data=st.data(), status=st.sampled_from(["won", "lost"]))
    def decide_dispute(self, data: st.DataObject, status: str) -> None:
        """The bank decides."""
        if dispute := self._one(data, "dispute", lambda one: one["status"] == "needs_response"):
            answer = self.stage.stripe.post("/_control/dispute", json={"dispute": dispute["id"], "status": status})
            assert answer.status_code == 200

    @precondition(lambda self: len(self.stage.objects("charge")) > 2)
    @rule(commits=st.integers(0, 1))
    def call_off(self, commits: int) -> None:
        """The organizer calls the event off."""
        house = self.stage.house
        event_id = house.catalog().id
        with self.may_die(commits=commits), house.app.app_context(), writing() as session:
            call_off(session, event_id, "cli", house.clock.now())

    def teardown(self) -> None:
        """Let everything come to its end, then compare both books."""
        try:
            self._come_to_rest()
            self._check_promises()
        finally:
            self.stage.end()

    def _one(self, data: st.DataObject, kind: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        found = [one for one in self.stage.objects(kind) if fits(one)]
        return found[data.draw(st.integers(0, len(found) - 1))] if found else None

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
            assert reconcile.reconcile().left == []

    def _check_promises(self) -> None:
        with self.stage.house.app.app_context(), reading() as session:
            orders = {order.id: order for order in session.scalars(select(Order))}
            assert [order.code for order in orders.values() if order.state in WAITING] == []
            findings = [one for one in examine(session) if one.code not in TOLD]
            assert findings == [], findings
            assert session.scalar(select(func.sum(Stock.held))) == 0
            payments = list(session.scalars(select(Payment)))
            refunds = list(session.scalars(select(Refund)))
            disputes = list(session.scalars(select(Dispute)))
            tickets = list(session.scalars(select(Ticket)))
            letters = list(session.scalars(select(Letter)))
            loaded = {order_id: get(session, order_id) for order_id in orders}
            sums = money(session, self.stage.house.catalog().id).sums
        self._same_books(payments, refunds, disputes)
        self._same_net(sums, refunds)
        for order in loaded.values():
            own = [one for one in payments if one.order_id == order.id]
            back = [one for one in refunds if one.order_id == order.id and one.state in OPEN]
            lost = [one for one in disputes if one.payment_id in {p.id for p in own} and one.status == "lost"]
            mine = [one for one in tickets if one.order_code == order.code]
            self._kept_promise(order, own, back, lost, mine)
            paid_letters = [one for one in letters if one.subject_id == order.id and one.kind == "order.paid"]
            assert len(paid_letters) == bool(mine)

    def _same_books(self, payments: list[Payment], refunds: list[Refund], disputes: list[Dispute]) -> None:
        """Every yen at Stripe is known here, and the other way round."""
        theirs = {
            one["payment_intent"]: one["amount_total"]
            for one in self.stage.objects("checkout.session")
            if one["payment_status"] == "paid"
        }
        ours = {one.payment_intent_id: one.amount_minor for one in payments if one.state == "confirmed"}
        assert ours == theirs, (ours, theirs)
        known = {one.stripe_id: (one.amount_minor, one.state) for one in refunds if one.stripe_id}
        made = {one["id"]: (one["amount"], one["status"]) for one in self.stage.objects("refund")}
        assert known == made, (known, made)
        seen = {one.id: one.status for one in disputes}
        opened = {one["id"]: one["status"] for one in self.stage.objects("dispute")}
        assert seen == opened, (seen, opened)
        assert all(one.stripe_id or one.state == "failed" for one in refunds)

    def _same_net(self, sums: Sums, refunds: list[Refund]) -> None:
        """What is said to be left is what Stripe's balance holds, but for refunds that have not left it yet."""
        lines = self.stage.objects("balance_transaction")
        moved = {line["source"] for line in lines}
        waiting = sum(one.amount_minor for one in refunds if one.state in OPEN and one.stripe_id not in moved)
        assert sums.fees_unknown == 0
        assert sums.net == sum(line["net"] for line in lines) - waiting

    def _kept_promise(
        self, order: Order, payments: list[Payment], back: list[Refund], lost: list[Dispute], tickets: list[Ticket]
    ) -> None:
        """Valid tickets for what was paid, or the money back, but for what a bank or Stripe refused."""
        paid = sum(one.amount_minor for one in payments if one.state == "confirmed")
        returned = sum(one.amount_minor for one in back)
        assert returned <= paid
        stray = [one for one in payments if one.flag in {"paid_late", "paid_twice", "wrong_amount"}]
        for payment in stray:
            assert [one for one in back if one.payment_id == payment.id] or self._refused(payment)
        if not tickets:
            assert paid == sum(one.amount_minor for one in stray)
            return
        valid = [one.number for one in tickets if one.state == "valid"]
        assert (order.state in (PAID, PARTLY)) or not valid
        if lost:
            assert not valid
        elif not self._refused(*payments) and not self._elsewhere(back):
            kept = sum(one.kept_minor for one in back)
            held = [] if valid else [one.number for one in tickets]
            worth = price_of(order, valid).amount
            open_dispute = not valid and order.state in (PAID, PARTLY) and bool(held)
            main = paid - sum(one.amount_minor for one in stray)
            returned_main = sum(one.amount_minor for one in back if one.payment_id not in {s.id for s in stray})
            assert open_dispute or main - returned_main == worth + kept

    def _refused(self, *payments: Payment) -> bool:
        with self.stage.house.app.app_context(), reading() as session:
            ids = [one.id for one in payments]
            failed = select(func.count()).where(Refund.payment_id.in_(ids), Refund.state.in_(("failed", "canceled")))
            disputed = select(func.count()).where(Dispute.payment_id.in_(ids))
            return bool(session.scalar(failed)) or bool(session.scalar(disputed))

    def _elsewhere(self, refunds: list[Refund]) -> bool:
        return any(one.reason == "dashboard" for one in refunds)
