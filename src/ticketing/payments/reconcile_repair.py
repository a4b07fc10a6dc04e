"""Repairs that are safe: what a lost webhook would have done, and what Stripe's books say of fees. No money moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed, reading, snapshot, writing
from ticketing.core.observe import log
from ticketing.core.states import Outcome, move
from ticketing.orders.models import Order
from ticketing.payments import disputes, refund_settle, settle
from ticketing.payments.differences import Difference
from ticketing.payments.models import Dispute, Payment, Refund
from ticketing.payments.outcome import Checkout, Unreachable
from ticketing.payments.reconcile_lines import Fill
from ticketing.payments.start import gateway
from ticketing.payments.takings import recount, wrong_takings

AT_ONCE = 100


def repair(difference: Difference, now: datetime) -> bool:
    """Put right what can be put right without a person; True where this call did it.

    Raises Unreachable when Stripe cannot be asked.
    """
    way = REPAIRS.get(difference.code)
    if way is None:
        return False
    try:
        return way(difference, now)
    except Unreachable:
        raise
    except Exception as error:  # noqa: BLE001 (what cannot be repaired stays a difference, and stops no other)
        log.error("repair", difference=difference.code, object=difference.object, exc_info=error)
        return False


def fill_in(fills: Sequence[Fill]) -> int:
    """Note the fees that Stripe's books know; a few at a time, so that nobody waits for long."""
    for start in range(0, len(fills), AT_ONCE):
        _note(fills[start : start + AT_ONCE])
    return len(fills)


def put_takings_right() -> None:
    """Make the sums anew of events where they are not what our payments say: then somebody's hand was in the tables."""
    with snapshot() as session:
        wrong = list(wrong_takings(session))
    for event_id, line in wrong:
        log.error("takings", wrong=line)
        with writing() as session:
            recount(session, event_id)


def _note(fills: Sequence[Fill]) -> None:
    mine = Payment.id.in_([one.payment_id for one in fills])
    events = select(Payment.event_id).where(mine).distinct().order_by(Payment.event_id)
    with writing() as session:
        for one in fills:
            facts = {"charge_id": one.charge_id, "fee_minor": one.fee, "net_minor": one.net}
            changed(session, update(Payment).where(Payment.id == one.payment_id).values(**facts))
        for event_id in session.scalars(events).all():
            recount(session, event_id)


def _fee(difference: Difference, _now: datetime) -> bool:
    _note([difference.facts["fill"]])
    return True


def _intent(difference: Difference, _now: datetime) -> bool:
    unknown = update(Payment).where(Payment.id == difference.subject, Payment.payment_intent_id.is_(None))
    with writing() as session:
        return changed(session, unknown.values(payment_intent_id=difference.facts["theirs"])) == 1


def _payment(difference: Difference, now: datetime) -> bool:
    """Settle a payment that is over at Stripe, with the money or without."""
    with reading() as session:
        payment = session.get_one(Payment, difference.subject)
        lost = _lost_its_state(session, payment)
    if payment.state not in settle.TRANSITIONS["confirmed"]:
        return False
    if lost:
        return _restore(payment, gateway().checkout(difference.object or ""), now)
    if payment.session_id is None:
        settle.adopt(difference.object or "", now)
    else:
        settle.settle(payment.id, now)
    with reading() as session:
        return session.get_one(Payment, payment.id).state != payment.state


def _lost_its_state(session: Session, payment: Payment) -> bool:
    """Whether the order was paid and no payment says so: then it was this one, and settling would take it for a
    second payment, whose money goes back."""
    of_order = select(Payment.id).where(Payment.order_id == payment.order_id, Payment.state == "confirmed")
    was_paid = session.get_one(Order, payment.order_id).paid_at is not None
    return was_paid and session.scalars(of_order).first() is None


def _restore(payment: Payment, checkout: Checkout, now: datetime) -> bool:
    if not checkout.paid or (checkout.amount, checkout.currency) != (payment.amount_minor, payment.currency):
        return False
    facts = {"confirmed_at": now, "payment_intent_id": checkout.payment_intent, "check_at": None}
    with writing() as session:
        if move(session, Payment, payment.id, settle.TRANSITIONS, "confirmed", **facts) is not Outcome.MOVED:
            return False
        recount(session, payment.event_id)  # it was counted before it lost its state, or that was lost as well
        return True


def _refund(difference: Difference, now: datetime) -> bool:
    stripe_id = difference.object or ""
    row = select(Refund.state).where(or_(Refund.stripe_id == stripe_id, Refund.id == difference.subject))
    with reading() as session:
        before = session.scalar(row)
    refund_settle.settle_hint(stripe_id, now)
    with reading() as session:
        return session.scalar(row) != before


def _dispute(difference: Difference, now: datetime) -> bool:
    row = select(Dispute.status, Dispute.amount_minor, Dispute.fee_minor).where(Dispute.id == difference.object)
    with reading() as session:
        before = session.execute(row).first()
    disputes.settle_hint(difference.object or "", now)
    with reading() as session:
        return session.execute(row).first() != before


REPAIRS: dict[str, Callable[[Difference, datetime], bool]] = {
    "paid_not_confirmed": _payment,
    "session_over": _payment,
    "intent_differs": _intent,
    "refund_unknown": _refund,
    "refund_state": _refund,
    "dispute_unknown": _dispute,
    "dispute_state": _dispute,
    "dispute_fee": _dispute,
    "fee_differs": _fee,
}
