"""Money of refunds that failed: whether the buyer still has to get it, and asking for it once more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.core.money import Money
from ticketing.orders.models import Order
from ticketing.payments.methods import CASH
from ticketing.payments.models import Payment, Refund
from ticketing.payments.refunds import DISPUTED, OPEN, Cause, ask, is_lost, left_of, new_row


def went_back_otherwise(session: Session, refund: Refund) -> bool:
    """Whether the money of a refund that failed is back nevertheless: nothing is left of its payment, or somebody gave
    the same amount back in Stripe's Dashboard."""
    if left_of(session, session.get_one(Payment, refund.payment_id)) <= 0:
        return True
    by_hand = select(Refund.id).where(
        Refund.payment_id == refund.payment_id,
        Refund.reason == "dashboard",
        Refund.state.in_(OPEN),
        Refund.amount_minor == refund.amount_minor,
        Refund.requested_at >= refund.requested_at,
    )
    return session.scalars(by_hand).first() is not None


def again(session: Session, refund: Refund, by: str, now: datetime) -> Refund:
    """Ask once more for money whose refund failed or was canceled: a new refund, once for each that failed.

    Raises Refused("refund_by_hand") for cash, Refused("refund_not_failed"), Refused("disputed"), or
    Refused("refund_too_much") where the money went back another way meanwhile.
    """
    payment, fact = still_owed(session, refund), again_fact(refund.id)
    if payment.methods == CASH:
        raise Refused("refund_by_hand")
    amount = Money(refund.amount_minor, refund.currency)
    new = new_row(payment, Cause(refund.reason, by, fact), fact, amount, now)
    new.tickets, new.kept_minor = list(refund.tickets), refund.kept_minor
    return ask(session, new, now)


def still_owed(session: Session, refund: Refund) -> Payment:
    """The payment of a refund that failed, whose money the buyer is still to get; nobody else decides that meanwhile.

    Raises as `again` does.
    """
    session.execute(select(Order.id).where(Order.id == refund.order_id).with_for_update())
    session.refresh(refund)
    asked_again = session.scalar(select(Refund.id).where(Refund.fact == again_fact(refund.id)))
    if not is_lost(refund) or asked_again:
        raise Refused("refund_not_failed")
    payment = session.get_one(Payment, refund.payment_id)
    if payment.flag == DISPUTED:
        raise Refused("disputed")
    if went_back_otherwise(session, refund):
        raise Refused("refund_too_much")
    taken = max(payment.amount_minor, refund.amount_minor)  # of a wrong amount more may have come than was asked for
    if refund.amount_minor > taken - payment.amount_minor + left_of(session, payment):
        raise Refused("refund_too_much")
    return payment


def again_fact(refund_id: str) -> str:
    """The fact under which a failed refund is asked for again."""
    return f"again:{refund_id}"
