"""The end of a checkout: paid or expired, each in one transaction with all that follows from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ticketing.core.states import Outcome, move
from ticketing.inventory import holds
from ticketing.mail.models import Letter
from ticketing.mail.outbox import queue
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.states import EXPIRED, PAID, TRANSITIONS
from ticketing.tickets.issue import Seat, issue

PAID_LETTER = "order.paid"


def fulfil(session: Session, order_id: str, now: datetime) -> Outcome:
    """Make a paid order true: paid, places sold, tickets issued, letter queued.

    ALREADY when that was done before; REFUSED when the order ended otherwise, so that its places are gone.
    """
    outcome = move(session, Order, order_id, TRANSITIONS, PAID, paid_at=now)
    if outcome is not Outcome.MOVED:
        return outcome
    order = get(session, order_id)
    if holds.sell(session, order.hold_id) is not Outcome.MOVED:
        raise RuntimeError(f"order {order.code} was payable without a hold")
    issue(session, order.event_id, order.code, seats_of(order), now)
    letter = Letter(
        fact=f"{PAID_LETTER}:{order.code}",
        kind=PAID_LETTER,
        subject_id=order.id,
        facts={},
        to_address=order.buyer_email,
        language=order.language,
    )
    queue(session, now, letter)
    return outcome


def expire(session: Session, order_id: str, now: datetime) -> Outcome:
    """End an order that was not paid in time and give its places back."""
    outcome = move(session, Order, order_id, TRANSITIONS, EXPIRED, ended_at=now)
    if outcome is Outcome.MOVED:
        holds.release(session, get(session, order_id).hold_id)
    return outcome


def seats_of(order: Order) -> list[Seat]:
    """One seat for each ticket, in the order of the lines, with the names that the buyer gave."""
    seats: list[Seat] = []
    for line in order.lines:
        for _ in range(line.quantity):
            name = order.attendees.get(str(len(seats) + 1)) or order.buyer_name
            seats.append(Seat(line.tier_id, name))
    return seats
