"""Which tickets have been used."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.door.models import Presence
from ticketing.tickets.models import Ticket


def entered(session: Session, order_code: str) -> frozenset[int]:
    """The numbers of this order's tickets that somebody was let in with, whether they are inside now or not."""
    came = select(Ticket.number).join(Presence, Presence.ticket_id == Ticket.id)
    return frozenset(session.scalars(came.where(Ticket.order_code == order_code, Presence.entries > 0)))
