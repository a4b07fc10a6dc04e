"""How an order stands where people ask about its money: not refunded before the money is back."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.orders.models import Order
from ticketing.orders.states import REFUNDED
from ticketing.payments.models import Refund
from ticketing.payments.outside import failed_of
from ticketing.payments.refunds import ACTION, CANCELED, FAILED, PENDING, REQUESTED

OWED, ON_ITS_WAY = "refund_owed", "refund_open"
"""Beside the states of an order: a refund of it failed, and nobody has paid that yet; or all of it is going back."""


def standings(session: Session, orders: Collection[Order]) -> Mapping[str, str]:
    """How each of these orders stands, by its id."""
    rows = select(Refund.order_id, Refund.state).where(Refund.order_id.in_([order.id for order in orders]))
    states: dict[str, set[str]] = {}
    for order_id, state in session.execute(rows):
        states.setdefault(order_id, set()).add(state)
    return {order.id: _standing(session, order, states.get(order.id, set())) for order in orders}


def _standing(session: Session, order: Order, refunds: set[str]) -> str:
    if refunds & {FAILED, CANCELED} and failed_of(session, order.id):
        return OWED
    return ON_ITS_WAY if order.state == REFUNDED and refunds & {REQUESTED, PENDING, ACTION} else order.state
