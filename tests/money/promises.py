"""What must hold when a story has come to rest: equal books, and every promise kept."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from stage import Stage

from ticketing.core.db import snapshot
from ticketing.inventory.models import Stock
from ticketing.mail.models import Letter
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.states import PAID, PARTLY, WAITING
from ticketing.orders.terms import price_of
from ticketing.payments.disputes import ENDED_WELL
from ticketing.payments.methods import FREE
from ticketing.payments.models import Dispute, Payment, Refund
from ticketing.payments.refunds import OPEN
from ticketing.reports.doctor import examine
from ticketing.reports.money import Sums, money
from ticketing.tickets.models import Ticket

TOLD = {"refund_failed", "dispute_open", "payment_flag"}
"""What the doctor tells because a person must act: a bank's doing, not a fault of ours."""


def check(stage: Stage) -> None:
    """Everything that must hold once nothing moves any more."""
    with stage.house.app.app_context(), snapshot() as session:
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
        sums = money(session, stage.house.catalog().id).sums
    _same_books(stage, payments, refunds, disputes)
    _same_net(stage, sums, refunds)
    for order in loaded.values():
        own = [one for one in payments if one.order_id == order.id]
        back = [one for one in refunds if one.order_id == order.id and _goes_back(one)]
        lost = [one for one in disputes if one.payment_id in {p.id for p in own} and one.status == "lost"]
        mine = [one for one in tickets if one.order_code == order.code]
        _kept_promise(stage, order, own, back, lost, mine)
        paid_letters = [one for one in letters if one.subject_id == order.id and one.kind == "order.paid"]
        assert len(paid_letters) == bool(mine)
    _told(refunds, letters)


def _told(refunds: list[Refund], letters: list[Letter]) -> None:
    """One letter for each thing that the buyer should know of their money. What Stripe refused is a person's first."""
    told = Counter((one.fact.rpartition(":")[2], one.kind) for one in letters if one.kind.startswith("refund."))
    for one in refunds:
        assert told[one.id, "refund.asked"] == 1
        assert told[one.id, "refund.done"] >= (one.state == "succeeded")
        assert told[one.id, "refund.failed"] == (one.state in ("failed", "canceled") and one.stripe_id is not None)
        assert told[one.id, "refund.outside"] == (one.paid_outside_at is not None)
    assert max(told.values(), default=1) == 1


def _same_books(stage: Stage, payments: list[Payment], refunds: list[Refund], disputes: list[Dispute]) -> None:
    """Every yen at Stripe is known here, and the other way round."""
    theirs = {
        one["payment_intent"]: one["amount_total"]
        for one in stage.objects("checkout.session")
        if one["payment_status"] == "paid"
    }
    paid = [one for one in payments if one.state == "confirmed" and one.methods != FREE]
    ours = {one.payment_intent_id: one.amount_minor for one in paid}
    assert ours == theirs, (ours, theirs)
    known = {one.stripe_id: (one.amount_minor, one.state) for one in refunds if one.stripe_id}
    made = {one["id"]: (one["amount"], one["status"]) for one in stage.objects("refund")}
    assert known == made, (known, made)
    seen = {one.id: one.status for one in disputes}
    opened = {one["id"]: one["status"] for one in stage.objects("dispute")}
    assert seen == opened, (seen, opened)
    assert all(one.stripe_id or one.state == "failed" for one in refunds)


def _same_net(stage: Stage, sums: Sums, refunds: list[Refund]) -> None:
    """What is said to be left is what Stripe's balance holds or has paid out, but for refunds on their way."""
    lines = [line for line in stage.objects("balance_transaction") if not line["type"].startswith("payout")]
    moved = {line["source"] for line in lines}
    waiting = sum(one.amount_minor for one in refunds if one.state in OPEN and one.stripe_id not in moved)
    assert sums.fees_unknown == 0
    assert sums.outside == sum(one.amount_minor for one in refunds if one.paid_outside_at and one.state not in OPEN)
    assert sums.net + sums.outside == sum(line["net"] for line in lines) - waiting


def _kept_promise(
    stage: Stage, order: Order, payments: list[Payment], back: list[Refund], lost: list[Dispute], tickets: list[Ticket]
) -> None:
    """Valid tickets for what was paid, or the money back, but for what a bank or Stripe refused."""
    paid = sum(one.amount_minor for one in payments if one.state == "confirmed")
    returned = sum(one.amount_minor for one in back)
    assert returned <= paid
    stray = [one for one in payments if one.flag in {"paid_late", "paid_twice", "wrong_amount"}]
    for payment in stray:
        assert [one for one in back if one.payment_id == payment.id] or _refused(stage, payment)
    if not tickets:
        assert paid == sum(one.amount_minor for one in stray)
        return
    valid = [one.number for one in tickets if one.state == "valid"]
    assert (order.state in (PAID, PARTLY)) or not valid
    if lost:
        assert not valid
    elif not _refused(stage, *payments) and not _elsewhere(back):
        kept = sum(one.kept_minor for one in back)
        held = [] if valid else [one.number for one in tickets]
        worth = price_of(order, valid).amount
        open_dispute = not valid and order.state in (PAID, PARTLY) and bool(held)
        main = paid - sum(one.amount_minor for one in stray)
        returned_main = sum(one.amount_minor for one in back if one.payment_id not in {s.id for s in stray})
        assert open_dispute or main - returned_main == worth + kept


def _refused(stage: Stage, *payments: Payment) -> bool:
    with stage.house.app.app_context(), snapshot() as session:
        ids = [one.id for one in payments]
        failed = select(func.count()).where(Refund.payment_id.in_(ids), Refund.state.in_(("failed", "canceled")))
        failed = failed.where(Refund.paid_outside_at.is_(None))
        disputed = select(func.count()).where(Dispute.payment_id.in_(ids), Dispute.status.not_in(ENDED_WELL))
        return bool(session.scalar(failed)) or bool(session.scalar(disputed))


def _elsewhere(refunds: list[Refund]) -> bool:
    return any(one.reason == "dashboard" for one in refunds)


def _goes_back(refund: Refund) -> bool:
    return refund.state in OPEN or refund.paid_outside_at is not None
