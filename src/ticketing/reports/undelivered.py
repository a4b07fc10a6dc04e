"""Whom letters do not reach."""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, Executable, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from ticketing.mail.models import Letter
from ticketing.mail.outbox import FAILED, SENT
from ticketing.orders.holders import TO_A_HOLDER
from ticketing.orders.models import Order, TicketChange
from ticketing.orders.states import CANCELED, EXPIRED
from ticketing.tickets.models import Ticket


def somebody_not_reached() -> ColumnElement[bool]:
    """The condition on orders that the last letter to its buyer, or to whoever has a ticket of it now, was refused for
    good. Orders that ended unpaid are left out: nobody waits for a letter about them."""
    later = aliased(Letter)
    reached = select(later.id).where(
        later.subject_id == Letter.subject_id,
        later.to_address == Letter.to_address,
        later.state == SENT,
        later.queued_at > Letter.queued_at,
    )
    holder = (
        select(TicketChange.id)
        .join(Ticket, (Ticket.id == TicketChange.ticket_id) & (Ticket.issue == TicketChange.issue))
        .where(TicketChange.order_id == Order.id, TicketChange.email == Letter.to_address, *TO_A_HOLDER)
    )
    lost = select(Letter.id).where(
        Letter.subject_id == Order.id,
        Letter.state == FAILED,
        or_(Letter.to_address == Order.buyer_email, holder.exists()),
        ~reached.exists(),
    )
    # The few failed letters lead to their orders; without this, each order would be asked.
    some = Order.id.in_(select(Letter.subject_id).where(Letter.state == FAILED))
    return and_(some, Order.state.not_in((CANCELED, EXPIRED)), lost.exists())


def count_not_reached(session: Session, event_id: int) -> int:
    """How many orders of the event that is so for."""
    return int(session.scalar(_counting(), {"event_id": event_id}) or 0)


@cache
def _counting() -> Executable:
    # A sum, which no index knows: SQLite would go through all orders of the event instead of the failed letters.
    mine = Order.event_id + 0 == bindparam("event_id")
    return select(func.count()).select_from(Order).where(mine, somebody_not_reached())
