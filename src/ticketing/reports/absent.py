"""Who has a ticket and has not come yet."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from ticketing.door.models import Presence
from ticketing.orders.models import Order
from ticketing.tickets.issue import VALID
from ticketing.tickets.models import Ticket


def somebody_still_to_come() -> ColumnElement[bool]:
    """The condition on orders that one of their valid tickets has never been let in."""
    came = select(Presence.ticket_id).where(Presence.ticket_id == Ticket.id, Presence.entries > 0)
    waited_for = select(Ticket.id).where(Ticket.order_code == Order.code, Ticket.state == VALID, ~came.exists())
    return waited_for.exists()
