"""Whom a message reaches: people with a valid ticket, with a slip to pay, or whose tickets all went back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, null, or_, select
from sqlalchemy.orm import Session

from ticketing.door.models import Presence
from ticketing.events.catalog import Catalog
from ticketing.orders.holders import TO_A_HOLDER
from ticketing.orders.models import Order, OrderLine, TicketChange
from ticketing.orders.states import AWAITING, REFUNDED
from ticketing.tickets.issue import VALID
from ticketing.tickets.models import Ticket

# A SELECT of orders, each with the change by which somebody else has a ticket of it, or nothing.
Rows = Any
TICKETS, SLIPS, BACK = "tickets", "slips", "back"
GROUPS: Mapping[str, str] = {TICKETS: VALID, SLIPS: AWAITING, BACK: REFUNDED}
"""The groups, and the state of their tickets or orders. Who never bought anything is in none: that were advertising."""


@dataclass(frozen=True)
class Audience:
    """To whom: one group, only of these tiers (by id; all where none is named), only who was never let in yet."""

    group: str = TICKETS
    tiers: tuple[int, ...] = ()
    absent: bool = False

    def kept(self) -> dict[str, Any]:
        """As it stands in the row of a message."""
        return {"group": self.group, "tiers": list(self.tiers), "absent": self.absent}


def of_row(kept: Mapping[str, Any]) -> Audience:
    """The audience of a message's row."""
    return Audience(kept["group"], tuple(kept["tiers"]), kept["absent"])


def read(catalog: Catalog, group: str, tiers: Sequence[str], *, absent: bool) -> Audience:
    """From a form: `tiers` are codes. What is no choice counts as not chosen; only tickets can be absent."""
    group = group if group in GROUPS else TICKETS
    ids = tuple(tier.id for tier in catalog.tiers if tier.code in tiers)
    return Audience(group, ids, absent and group == TICKETS)


@dataclass(frozen=True)
class Recipient:
    """One person: the buyer of an order, or (with `change`) whoever a ticket of it was passed on to."""

    order: Order
    change: TicketChange | None

    @property
    def address(self) -> str:
        """Where the letter goes."""
        return self.change.email if self.change else self.order.buyer_email

    @property
    def language(self) -> str:
        """In which language."""
        return self.change.language if self.change else self.order.language

    @property
    def key(self) -> str:
        """The same for the same person, whatever they bought: one letter each."""
        return hashlib.sha256(self.address.casefold().encode()).hexdigest()[:32]


def recipients(session: Session, event_id: int, audience: Audience) -> list[Recipient]:
    """Everybody whom it reaches now, each address once, who ordered first comes first."""
    return _people(session, _rows(event_id, audience))


def still_reached(session: Session, event_id: int, audience: Audience, order_id: str, address: str) -> bool:
    """Whether whoever this order or address belongs to is still one of them."""
    theirs = or_(Order.id == order_id, Order.buyer_email == address)
    if audience.group == TICKETS:
        theirs = or_(theirs, TicketChange.email == address)
    return bool(_people(session, _rows(event_id, audience).where(theirs)))


def _people(session: Session, rows: Rows) -> list[Recipient]:
    found: dict[str, Recipient] = {}
    for order, change in session.execute(rows):
        one = Recipient(order, change)
        if "@" in one.address:  # none is known of somebody from the till, or of whom nothing is known any more
            found.setdefault(one.key, one)
    return list(found.values())


def _rows(event_id: int, audience: Audience) -> Rows:
    return _of_tickets(event_id, audience) if audience.group == TICKETS else _of_orders(event_id, audience)


def _of_tickets(event_id: int, audience: Audience) -> Rows:
    """Who has a ticket: a buyer who passed all of them on has none."""
    holder = and_(TicketChange.ticket_id == Ticket.id, TicketChange.issue == Ticket.issue, *TO_A_HOLDER)
    rows = select(Order, TicketChange).select_from(Ticket).join(Order, Order.code == Ticket.order_code)
    rows = rows.outerjoin(TicketChange, holder).where(Ticket.event_id == event_id, Ticket.state == VALID)
    if audience.tiers:
        rows = rows.where(Ticket.tier_id.in_(audience.tiers))
    if audience.absent:
        came = select(Presence.ticket_id).where(Presence.ticket_id == Ticket.id, Presence.entries > 0)
        rows = rows.where(~came.exists())
    return rows.order_by(Order.created_at, Ticket.order_code, Ticket.number)


def _of_orders(event_id: int, audience: Audience) -> Rows:
    wanted: list[ColumnElement[bool]] = [Order.event_id == event_id, Order.state == GROUPS[audience.group]]
    if audience.tiers:
        of_tier = select(OrderLine.order_id).where(OrderLine.order_id == Order.id)
        wanted.append(of_tier.where(OrderLine.tier_id.in_(audience.tiers)).exists())
    return select(Order, null()).where(*wanted).order_by(Order.created_at, Order.code)
