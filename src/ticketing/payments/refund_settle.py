"""Bringing refunds to Stripe, and their end back.

The row comes first, so that a lost answer or a dead process costs nothing: the same row is sent again under the same
idempotency key. What becomes of it afterwards (it may take weeks, and fail after it succeeded) is asked from Stripe.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ticketing.core.db import reading, writing
from ticketing.core.observe import log
from ticketing.core.states import Outcome, move
from ticketing.orders.models import Order
from ticketing.payments.models import Payment, Refund
from ticketing.payments.outcome import Rejected, StripeRefund
from ticketing.payments.refunds import (
    CANCELED,
    DONE_LETTER,
    FAILED,
    FAILED_LETTER,
    SUCCEEDED,
    TRANSITIONS,
    adopt,
    write_to_buyer,
)
from ticketing.payments.settle import settle_intent
from ticketing.payments.start import gateway

NEXT_LOOK = timedelta(hours=6)
# Stripe forgets an idempotency key after a day at the earliest.
KEY_IS_KEPT = timedelta(hours=23)


def settle(refund_id: str, now: datetime) -> None:
    """Send a refund to Stripe, or ask what became of it. Safe to call at any time, as often as one likes.

    Raises Unreachable when Stripe cannot be asked.
    """
    with reading() as session:
        refund = session.get_one(Refund, refund_id)
        payment = session.get_one(Payment, refund.payment_id)
        order = session.get_one(Order, refund.order_id)
    try:
        if refund.stripe_id is not None:
            found = gateway().refund(refund.stripe_id)
        else:
            found = _made_before(refund, payment, now) or gateway().give_back(
                _params(refund, payment, order), f"refund-{refund.id}"
            )
    except Rejected as error:
        if error.code != "idempotency_error":  # then it was made before: its webhook, or reconciling, names it
            with writing() as session:
                _refuse(session, refund_id, error.code, now)
        return
    with writing() as session:
        apply(session, refund_id, found, now)


def _made_before(refund: Refund, payment: Payment, now: datetime) -> StripeRefund | None:
    """The refund that Stripe made for this row, when its answer was lost so long ago that Stripe forgot the key."""
    if now - refund.requested_at < KEY_IS_KEPT or payment.charge_id is None:
        return None
    return next((one for one in gateway().refunds_of(payment.charge_id) if one.refund_id == refund.id), None)


def settle_hint(stripe_id: str, now: datetime) -> None:
    """Something happened to this refund of Stripe's, whoever asked for it; one that is not ours is left alone.

    Raises Unreachable when Stripe cannot be asked.
    """
    try:
        found = gateway().refund(stripe_id)
    except Rejected:
        return
    _take_up(found, now)


def settle_charge(charge_id: str, now: datetime) -> None:
    """Something of this charge was given back: settle each of its refunds. Raises Unreachable."""
    for found in gateway().refunds_of(charge_id):
        _take_up(found, now)


def _take_up(found: StripeRefund, now: datetime) -> None:
    settle_intent(found.payment_intent, now)
    with writing() as session:
        refund_id = adopt(session, found, now)
        if refund_id is not None:
            apply(session, refund_id, found, now)


def apply(session: Session, refund_id: str, found: StripeRefund, now: datetime) -> None:
    """Make our row say what Stripe says, and write to the buyer what they should know."""
    over = found.status in {SUCCEEDED, FAILED, CANCELED}
    facts = {
        "stripe_id": found.id,
        "failure": found.failure_reason,
        "check_at": None if over else now + NEXT_LOOK,
        "settled_at": now if over else None,
    }
    if move(session, Refund, refund_id, TRANSITIONS, found.status, **facts) is not Outcome.MOVED:
        return
    refund = session.get_one(Refund, refund_id, populate_existing=True)
    if found.status == SUCCEEDED:
        write_to_buyer(session, refund, DONE_LETTER, now)
    elif over:
        write_to_buyer(session, refund, FAILED_LETTER, now)
        log.error("refund failed", refund=refund_id, why=found.failure_reason)


def _refuse(session: Session, refund_id: str, code: str, now: datetime) -> None:
    """Stripe will not do it: a person must look why, before the buyer is told anything."""
    facts = {"failure": code, "check_at": None, "settled_at": now}
    if move(session, Refund, refund_id, TRANSITIONS, FAILED, **facts) is Outcome.MOVED:
        log.error("refund refused", refund=refund_id, why=code)


def _params(refund: Refund, payment: Payment, order: Order) -> dict[str, object]:
    """Only rows, so that a second try sends the very same.

    Money that was paid at a convenience store goes to a bank account, which Stripe asks the buyer for by e-mail
    (docs.stripe.com/payments/konbini#refunds).
    """
    return {
        "payment_intent": payment.payment_intent_id,
        "amount": refund.amount_minor,
        "reason": "duplicate" if refund.reason == "paid_twice" else "requested_by_customer",
        "metadata": {"refund_id": refund.id, "order": order.code},
        **({"instructions_email": order.buyer_email} if payment.method == "konbini" else {}),
    }
