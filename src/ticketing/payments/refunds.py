"""Refunds: asked for once, in the transaction that revokes the tickets. `refund_settle` brings them to Stripe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token, new_id
from ticketing.core.money import Money
from ticketing.core.states import Transitions
from ticketing.orders.fulfil import take_back, write
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.terms import Terms
from ticketing.payments.methods import CASH
from ticketing.payments.models import REFUND_STATES, Payment, Refund
from ticketing.payments.outcome import StripeRefund

REQUESTED, PENDING, ACTION, SUCCEEDED, FAILED, CANCELED = REFUND_STATES
# Stripe may move a refund anywhere, even from succeeded to failed; only back to requested there is no way.
TRANSITIONS: Transitions = {state: frozenset(REFUND_STATES) - {state} for state in REFUND_STATES[1:]}
OPEN = frozenset({REQUESTED, PENDING, ACTION, SUCCEEDED})
"""The states in which the money has left or will leave."""

DISPUTED = "disputed"
EVENT_CANCELED = "event_canceled"
ASKED_LETTER, DONE_LETTER, FAILED_LETTER = "refund.asked", "refund.done", "refund.failed"
OUTSIDE_LETTER = "refund.outside"


@dataclass(frozen=True)
class Cause:
    """Why money goes back (`buyer`, `organizer`, `event_canceled`, `paid_late`, `paid_twice`, `wrong_amount`,
    `dashboard`, `void`) and who said so. `fact` tells refunds of the same order apart: each is refunded once."""

    reason: str
    by: str
    fact: str = ""


def confirmed(session: Session, order_id: str) -> Payment:
    """The payment that paid an order; raises Refused("not_paid"), or Refused("disputed") where nothing may go back."""
    paid = select(Payment).where(Payment.order_id == order_id, Payment.state == "confirmed")
    for found in session.scalars(paid.order_by(Payment.confirmed_at)):
        if found.flag == DISPUTED:
            raise Refused("disputed")
        if found.flag is None:
            return found
    raise Refused("not_paid")


def called_off_fact(order_id: str) -> str:
    """The fact under which an order of an event that was called off is refunded, once."""
    return f"{EVENT_CANCELED}:{order_id}"


def goes_back() -> ColumnElement[bool]:
    """That a refund's money has left or will leave: through Stripe, or because somebody paid it another way."""
    return or_(Refund.state.in_(OPEN), Refund.paid_outside_at.is_not(None))


def is_lost(refund: Refund) -> bool:
    """Whether the buyer has no money back of it: Stripe could not pay it, and nobody paid it another way."""
    return refund.state in (FAILED, CANCELED) and refund.paid_outside_at is None


def left_of(session: Session, payment: Payment) -> int:
    """What of a payment has not been given back, and is not on its way, in minor units."""
    gone = select(func.coalesce(func.sum(Refund.amount_minor), 0))
    gone = gone.where(Refund.payment_id == payment.id, goes_back())
    return payment.amount_minor - int(session.scalar(gone) or 0)


def of_order(session: Session, order_id: str) -> list[Refund]:
    """All refunds of an order, the first one first."""
    rows = select(Refund).where(Refund.order_id == order_id).order_by(Refund.requested_at, Refund.id)
    return list(session.scalars(rows))


def refund_tickets(
    session: Session, order: Order, numbers: Sequence[int], terms: Terms, cause: Cause, now: datetime
) -> Refund | None:
    """Revoke tickets, give their places back at once, and ask for the money of `terms` to go back.

    None where the terms give nothing back. Raises Refused("not_paid"), Refused("disputed"), Refused("ticket_not_valid")
    where one of them is not valid any more, Refused("refund_too_much") where less is left of the payment.
    """
    payment = confirmed(session, order.id)
    if take_back(session, order, numbers, now) != sorted(set(numbers)):
        raise Refused("ticket_not_valid")
    if terms.amount.amount == 0:
        return None
    if terms.amount.amount > left_of(session, payment):
        raise Refused("refund_too_much")
    refund = new_row(
        payment,
        cause,
        f"tickets:{order.id}:{hash_token(','.join(map(str, sorted(set(numbers)))))[:32]}",
        terms.amount,
        now,
    )
    refund.tickets, refund.kept_minor = sorted(set(numbers)), terms.kept.amount
    return ask(session, refund, now)


def refund_amount(session: Session, order: Order, amount: Money, cause: Cause, now: datetime) -> Refund:
    """Ask for this much to go back, whatever becomes of the tickets.

    Raises Refused("not_paid"), Refused("disputed") or Refused("refund_too_much").
    """
    payment = confirmed(session, order.id)
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update())
    if not 0 < amount.amount <= left_of(session, payment):
        raise Refused("refund_too_much")
    return ask(session, new_row(payment, cause, f"amount:{new_id()}", amount, now), now)


def refund_stray(session: Session, payment: Payment, amount: Money, reason: str, now: datetime) -> None:
    """Give money back that paid for nothing: too late, twice, or not the right amount. Once for each payment."""
    fact = f"{reason}:{payment.id}"
    if amount.amount > 0 and session.scalar(select(Refund.id).where(Refund.fact == fact)) is None:
        ask(session, new_row(payment, Cause(reason, "system"), fact, amount, now), now)


def adopt(session: Session, found: StripeRefund, now: datetime) -> str | None:
    """Our row for a refund of Stripe's, made now where it was asked for elsewhere, in Stripe's Dashboard.

    Where that gives back all that was left, nothing is paid any more: the tickets are revoked. None where the payment
    is not ours.
    """
    known = select(Refund.id).where((Refund.stripe_id == found.id) | (Refund.id == (found.refund_id or "")))
    refund_id = session.scalar(known)
    if refund_id is not None or found.payment_intent is None:
        return refund_id
    payment = session.scalars(select(Payment).where(Payment.payment_intent_id == found.payment_intent)).first()
    if payment is None:
        return None
    everything = found.amount >= left_of(session, payment)
    amount = Money(found.amount, found.currency)
    refund = new_row(payment, Cause("dashboard", "stripe"), f"stripe:{found.id}", amount, now)
    refund.stripe_id = found.id
    order = get(session, payment.order_id)
    if everything and payment.flag is None:
        refund.tickets = take_back(session, order, range(1, sum(line.quantity for line in order.lines) + 1), now)
    return ask(session, refund, now).id


def write_to_buyer(session: Session, refund: Refund, kind: str, now: datetime, **more: Any) -> None:
    """Queue the letter about a refund: that it was asked for, done, failed, or paid another way."""
    facts: dict[str, Any] = {
        **more,
        "amount": refund.amount_minor,
        "kept": refund.kept_minor,
        "currency": refund.currency,
    }
    method = session.scalar(select(Payment.method).where(Payment.id == refund.payment_id))
    write(session, get(session, refund.order_id), kind, now, refund.id, reason=refund.reason, method=method, **facts)


def new_row(payment: Payment, cause: Cause, fact: str, amount: Money, now: datetime) -> Refund:
    """A refund of this payment, not asked for yet; `fact` counts where the cause names none."""
    return Refund(
        id=new_id(),
        fact=cause.fact or fact,
        payment_id=payment.id,
        event_id=payment.event_id,
        order_id=payment.order_id,
        reason=cause.reason,
        state=REQUESTED,
        amount_minor=amount.amount,
        kept_minor=0,
        currency=amount.currency,
        tickets=[],
        requested_by=cause.by,
        requested_at=now,
        check_at=now,
        checks=0,
    )


def ask(session: Session, refund: Refund, now: datetime) -> Refund:
    """Ask for it, with a letter. Cash cannot go back by itself: its refund stands among those that a person must pay
    another way, and note."""
    session.add(refund)
    session.flush()
    if session.scalar(select(Payment.methods).where(Payment.id == refund.payment_id)) == CASH:
        refund.state, refund.failure, refund.check_at, refund.settled_at = FAILED, CASH, None, now
        session.flush()
    else:
        write_to_buyer(session, refund, ASKED_LETTER, now)
    return refund
