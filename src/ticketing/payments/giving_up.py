"""Giving up an order that is not paid: Stripe is told first, so that no money comes for places that are free again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from ticketing.core.db import reading, writing
from ticketing.orders.fulfil import cancel_unpaid
from ticketing.orders.reading import get
from ticketing.orders.states import WAITING
from ticketing.payments import settle
from ticketing.payments.models import Payment


def give_up(order_id: str, now: datetime) -> None:
    """End the order's sessions and vouchers at Stripe, then the order.

    It is `canceled` afterwards, unless it was paid before, or its voucher cannot be ended: the buyer is at the till.
    Safe to repeat. Raises Unreachable when Stripe cannot be asked; the worker ends later what was begun.
    """
    with reading() as session:
        order = get(session, order_id)
        unsettled = select(Payment).where(Payment.order_id == order_id, Payment.state.in_(("created", "pending")))
        payments = list(session.scalars(unsettled.order_by(Payment.attempt)))
    if order.state not in WAITING:
        return
    for payment in payments:
        ended = settle.end(payment, order, now)
        with writing() as session:
            if ended is None or ended.over:
                cancel_unpaid(session, order_id, now)
            settle.apply(session, payment.id, ended, now)
