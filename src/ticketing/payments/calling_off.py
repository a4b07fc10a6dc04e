"""Calling an event off: sales end at once, and every order gets its money back, one by one.

What is left to do is asked from the orders themselves, so the work may be killed and started again anywhere; a fact of
its own keeps any order from being refunded twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed, reading, writing
from ticketing.core.errors import Refused
from ticketing.core.money import Money
from ticketing.events.models import Event
from ticketing.orders.fulfil import take_back, write
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.states import AWAITING, PAID, PARTLY, PENDING
from ticketing.payments import disputes
from ticketing.payments.models import Payment
from ticketing.payments.refunds import EVENT_CANCELED, Cause, called_off_fact, confirmed, left_of, refund_amount
from ticketing.tickets.issue import VALID, of_order

LETTER = "event.canceled"
AT_ONCE = 20


@dataclass(frozen=True)
class Progress:
    """How far it has come, in orders."""

    done: int
    left: int


def call_off(session: Session, event_id: int, by: str, now: datetime) -> None:
    """Call an event off. There is no way back; a second time changes nothing."""
    off = update(Event).where(Event.id == event_id, Event.canceled_at.is_(None))
    if changed(session, off.values(canceled_at=now, revision=Event.revision + 1)) == 1:
        audit.record(session, now, by, "event.canceled", f"event:{event_id}")


def progress(session: Session, event_id: int) -> Progress:
    """How many orders had their money given back, and how many still have valid tickets or may still be paid."""
    left = select(func.count()).where(Order.event_id == event_id, Order.state.in_((PENDING, AWAITING, PAID, PARTLY)))
    done = select(func.count()).where(Order.event_id == event_id, Order.state == "refunded")
    return Progress(int(session.scalar(done) or 0), int(session.scalar(left) or 0))


def work(now: datetime) -> int:
    """Bring some orders of events that were called off to their end; says how many."""
    with reading() as session:
        off = select(Order.id).join(Event, Event.id == Order.event_id).where(Event.canceled_at.is_not(None))
        waiting = off.where(Order.state.in_((PENDING, AWAITING)), Order.expires_at > now)
        unpaid = list(session.scalars(waiting.limit(AT_ONCE)))
        paid = list(session.scalars(off.where(Order.state.in_((PAID, PARTLY))).order_by(Order.paid_at).limit(AT_ONCE)))
    if unpaid:
        with writing() as session:
            _end(session, unpaid, now)
    for order_id in paid:
        with writing() as session:
            _give_back(session, order_id, now)
    return len(unpaid) + len(paid)


def _end(session: Session, order_ids: list[str], now: datetime) -> None:
    """Orders that may still be paid end now; settling ends their sessions and vouchers at Stripe first."""
    changed(session, update(Order).where(Order.id.in_(order_ids)).values(expires_at=now))
    open_ones = update(Payment).where(Payment.order_id.in_(order_ids), Payment.check_at > now)
    changed(session, open_ones.values(check_at=now))


def _give_back(session: Session, order_id: str, now: datetime) -> None:
    order = get(session, order_id)
    try:
        left = left_of(session, confirmed(session, order_id))
    except Refused:  # the bank has the money already: it is disputed
        left = 0
    if left > 0:
        cause = Cause(EVENT_CANCELED, "system", called_off_fact(order_id))
        refund_amount(session, order, Money(left, order.currency), cause, now)
    disputes.unblock(session, order, now)
    numbers = [ticket.number for ticket in of_order(session, order.code) if ticket.state == VALID]
    take_back(session, order, numbers, now)
    write(session, order, LETTER, now)
