"""Which tickets have been used."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.door.models import Presence
from ticketing.tickets.issue import VALID
from ticketing.tickets.models import Ticket


def entered(session: Session, order_code: str) -> frozenset[int]:
    """The numbers of this order's tickets that somebody was let in with, whether they are inside now or not."""
    came = select(Ticket.number).join(Presence, Presence.ticket_id == Ticket.id)
    return frozenset(session.scalars(came.where(Ticket.order_code == order_code, Presence.entries > 0)))


def of_event(session: Session, event_id: int) -> tuple[int, int]:
    """How many valid tickets an event has, and with how many of them somebody was let in, now or before."""
    came = func.count().filter(Presence.entries > 0)
    rows = select(func.count(), came).select_from(Ticket).outerjoin(Presence, Presence.ticket_id == Ticket.id)
    valid, entered = session.execute(rows.where(Ticket.event_id == event_id, Ticket.state == VALID)).one()
    return int(valid), int(entered)
