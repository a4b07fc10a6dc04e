"""Settling: ask Stripe what became of a payment and make our side true. Webhooks, returns and timers all end here."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed, reading, writing
from ticketing.core.money import Money
from ticketing.core.observe import log
from ticketing.core.states import Outcome, Transitions, move
from ticketing.events.catalog import load_by_id
from ticketing.orders.fulfil import await_payment, cancel_unpaid, expire, fulfil, fulfil_late
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.states import WAITING
from ticketing.payments.asking import LONGEST_WAIT
from ticketing.payments.models import Payment
from ticketing.payments.outcome import Checkout, Rejected, Voucher
from ticketing.payments.refunds import refund_stray
from ticketing.payments.start import SHORTEST_SESSION, gateway, keep_session, session_params, too_late_to_open
from ticketing.payments.takings import count_in, recount

TRANSITIONS: Transitions = {
    "confirmed": frozenset({"created", "pending", "canceled", "failed"}),
    "canceled": frozenset({"created", "pending"}),
    "failed": frozenset({"created", "pending"}),
}
# A store may take the money in the last minute, and tell of it an hour later.
VOUCHER_BUFFER = timedelta(minutes=90)
# Stripe's clock and ours, and the time that a call is under way.
TWO_CLOCKS = timedelta(minutes=2)


def settle(payment_id: str, now: datetime) -> None:
    """Bring one payment up to date with Stripe. Safe to call at any time, from anywhere, as often as one likes.

    Raises Unreachable when Stripe cannot be asked.
    """
    with reading() as session:
        payment = session.get_one(Payment, payment_id)
        order = get(session, payment.order_id)
    if payment.state == "confirmed":
        return
    checkout = _ask(payment, order, now)
    with writing() as session:
        apply(session, payment_id, checkout, now)


def adopt(session_id: str, now: datetime) -> None:
    """Settle a session that no payment names: its attempt was given up while Stripe still made it.

    Raises Unreachable when Stripe cannot be asked; a session that is not ours is left alone.
    """
    try:
        checkout = gateway().checkout(session_id)
    except Rejected:
        return
    with writing() as session:
        payment = session.get(Payment, checkout.payment_id or "")
        if payment is not None and payment.session_id is None:
            apply(session, payment.id, checkout, now)


def settle_intent(intent_id: str | None, now: datetime) -> None:
    """Bring the payment behind a payment intent up to date, when something that follows from it is heard of first.

    Raises Unreachable when Stripe cannot be asked; an intent that is not ours is left alone.
    """
    with reading() as session:
        if session.scalar(select(Payment.id).where(Payment.payment_intent_id == intent_id)) or intent_id is None:
            return
    checkout = gateway().checkout_of(intent_id)
    if checkout is None or checkout.payment_id is None:
        return
    with reading() as session:
        payment = session.get(Payment, checkout.payment_id)
    if payment is not None and payment.session_id == checkout.id:
        settle(payment.id, now)
    else:
        adopt(checkout.id, now)


def soon(session: Session, payment_id: str, now: datetime) -> None:
    """Ask Stripe now: the buyer came back from its page."""
    changed(session, update(Payment).where(Payment.id == payment_id, Payment.check_at > now).values(check_at=now))


def apply(session: Session, payment_id: str, checkout: Checkout | None, now: datetime) -> None:
    """Make our side say what Stripe says. `checkout` is None where no session was ever made."""
    payment = session.get_one(Payment, payment_id)
    if checkout is not None and checkout.paid:
        _confirm(session, payment, checkout, now)
    elif checkout is None and now < session.get_one(Order, payment.order_id).expires_at:
        _wait_for_the_end(session, payment, now)  # the buyer may still send the form again
    elif checkout is None or checkout.over:
        if move(session, Payment, payment_id, TRANSITIONS, "canceled", check_at=None) is Outcome.MOVED:
            expire(session, payment.order_id, now)
    elif checkout.voucher is not None:
        _await(session, payment, checkout.voucher, checkout.payment_intent, now)
    elif checkout.status == "open":
        _wait_for_the_end(session, payment, now)
    else:
        changed(session, update(Payment).where(Payment.id == payment_id).values(check_at=now + LONGEST_WAIT))


def _await(session: Session, payment: Payment, voucher: Voucher, intent_id: str | None, now: datetime) -> None:
    """The buyer got a voucher: the places stay until nobody can have paid it any more."""
    until = voucher.expires_at + VOUCHER_BUFFER
    await_payment(session, payment.order_id, until, now)
    facts = {"url": voucher.url, "expires_at": voucher.expires_at.isoformat(), "stores": dict(voucher.stores)}
    waiting = update(Payment).where(Payment.id == payment.id, Payment.state.in_(("created", "pending")))
    later = max(until, now + LONGEST_WAIT)
    changed(session, waiting.values(state="pending", voucher=facts, payment_intent_id=intent_id, check_at=later))


def _wait_for_the_end(session: Session, payment: Payment, now: datetime) -> None:
    order = session.get_one(Order, payment.order_id)
    waiting = update(Payment).where(Payment.id == payment.id, Payment.state.in_(("created", "pending")))
    changed(session, waiting.values(check_at=max(order.expires_at, now + timedelta(seconds=5))))


def _confirm(session: Session, payment: Payment, checkout: Checkout, now: datetime) -> None:
    facts: dict[str, object] = {"confirmed_at": now, "payment_intent_id": checkout.payment_intent, "check_at": None}
    if checkout.charged is not None:
        charged = checkout.charged
        facts |= {"charge_id": charged.id, "method": charged.method, "fee_minor": charged.fee, "net_minor": charged.net}
    if move(session, Payment, payment.id, TRANSITIONS, "confirmed", **facts) is not Outcome.MOVED:
        return
    was_paid = session.scalar(select(Order.paid_at).where(Order.id == payment.order_id)) is not None
    stray = _stray(session, payment, checkout, now)
    if stray:
        changed(session, update(Payment).where(Payment.id == payment.id).values(flag=stray))
        refund_stray(session, payment, Money(checkout.amount, checkout.currency), stray, now)
        log.warning("stray money goes back", payment=payment.id, why=stray)
    if was_paid:  # paid twice, or this payment had lost its state and was counted before
        recount(session, payment.event_id)
    else:
        count_in(session, payment.id)


def _stray(session: Session, payment: Payment, checkout: Checkout, now: datetime) -> str | None:
    """Why this money pays for nothing; None where it paid for its order."""
    if (checkout.amount, checkout.currency) != (payment.amount_minor, payment.currency):
        cancel_unpaid(session, payment.order_id, now)
        return "wrong_amount"
    outcome = fulfil(session, payment.order_id, now)
    if outcome is Outcome.ALREADY:
        other = select(Payment.id).where(Payment.order_id == payment.order_id, Payment.state == "confirmed")
        return "paid_twice" if session.scalar(other.where(Payment.id != payment.id).limit(1)) else None
    if outcome is Outcome.REFUSED and fulfil_late(session, payment.order_id, now) is not Outcome.MOVED:
        order = session.get_one(Order, payment.order_id)
        return "paid_late" if order.paid_at is None else "paid_twice"
    return None


def _ask(payment: Payment, order: Order, now: datetime) -> Checkout | None:
    """What Stripe says of this attempt; a session that has outlived its hold is ended first."""
    if order.state not in WAITING or now >= order.expires_at:
        return end(payment, order, now)
    session_id = _session_of(payment, order, now)
    return gateway().checkout(session_id) if session_id else None


def end(payment: Payment, order: Order, now: datetime) -> Checkout | None:
    """End what can still be paid of this attempt, and say what became of it; None where no session was ever made.

    Raises Unreachable when Stripe cannot be asked.
    """
    session_id = _session_of(payment, order, now)
    if session_id is None:
        return None
    checkout = gateway().checkout(session_id)
    if checkout.status == "open":
        return gateway().expire_checkout(session_id)
    if checkout.waits and checkout.payment_intent:
        return gateway().cancel_voucher(session_id, checkout.payment_intent)
    return checkout


def _session_of(payment: Payment, order: Order, now: datetime) -> str | None:
    """The session of this attempt. One whose making was never answered is found by asking again under the same key."""
    if payment.session_id is not None:
        return payment.session_id
    checkout = _found(payment) if too_late_to_open(payment, now) else _asked_again(payment, order)
    if checkout is None:
        return None
    keep_session(payment.id, checkout, order, now)
    return checkout.id


def _asked_again(payment: Payment, order: Order) -> Checkout | None:
    with reading() as session:
        params = session_params(order, payment, load_by_id(session, order.event_id))
    try:
        return gateway().open_checkout(params, f"checkout-{payment.id}")
    except Rejected:
        return None


def _found(payment: Payment) -> Checkout | None:
    """The session among those made while this one could be: Stripe would not make it now."""
    latest = payment.session_expires_at - SHORTEST_SESSION
    made = gateway().checkouts(payment.created_at - TWO_CLOCKS, latest + TWO_CLOCKS)
    return next((one for one in made if one.payment_id == payment.id), None)
