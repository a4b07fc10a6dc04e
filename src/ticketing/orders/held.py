"""A ticket as the person sees it that it was passed on to: an order of one ticket, behind a link of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog
from ticketing.orders import holders
from ticketing.orders.holders import NAME, path_of_ticket
from ticketing.orders.models import Order, TicketChange
from ticketing.orders.reading import OrderView, TicketView, view
from ticketing.tickets.issue import code_of
from ticketing.tickets.models import Ticket


@dataclass(frozen=True)
class Held:
    """What a holder's link opens. `order` is the holder's view: their name, their one ticket. `next` is what ended the
    link, where the ticket was passed on or given back since; then `order` has no ticket."""

    catalog: Catalog
    order: OrderView
    ticket_id: str
    holder: TicketChange
    next: TicketChange | None

    @property
    def ticket(self) -> TicketView:
        """The one ticket; raises Refused("ticket_moved", 409) where it is not here any more."""
        if self.next is not None:
            raise Refused("ticket_moved")
        return self.order.tickets[0]


def find(session: Session, order_code: str, number: int, secret: str) -> Held:
    """What the link of a holder opens; a wrong secret and a wrong code are told the same way."""
    one = select(Ticket).where(Ticket.order_code == order_code, Ticket.number == number)
    ticket = session.scalars(one).one_or_none()
    issue = holders.issue_opened(ticket, secret) if ticket is not None else None
    holder = holders.transfer_of(session, ticket, issue) if ticket is not None and issue is not None else None
    if ticket is None or holder is None:
        raise Refused("not_found", 404)
    return _held(session, ticket, holder)


def of_change(session: Session, change: TicketChange) -> Held:
    """The same for a transfer that a row of ours points to."""
    return _held(session, session.get_one(Ticket, change.ticket_id, populate_existing=True), change)


def _held(session: Session, ticket: Ticket, holder: TicketChange) -> Held:
    order = session.scalars(
        select(Order).where(Order.code == ticket.order_code).options(joinedload(Order.lines))
    ).unique()
    catalog, whole = view(session, order.one())
    tier = catalog.tier_by_id(ticket.tier_id)
    mine = TicketView(ticket.number, tier, ticket.attendee, ticket.state, code_of(ticket))
    here = holder.issue == ticket.issue
    own = replace(
        whole,
        secret="",
        buyer_name=ticket.attendee if here else holder.name,
        buyer_email=holder.email,
        language=holder.language,
        tickets=(mine,) if here else (),
        payment_url=None,
        at=path_of_ticket(ticket.order_code, ticket.number, ticket.id, holder.issue),
    )
    return Held(catalog, own, ticket.id, holder, None if here else _after(session, holder))


def _after(session: Session, holder: TicketChange) -> TicketChange:
    later = select(TicketChange).where(TicketChange.ticket_id == holder.ticket_id, TicketChange.kind != NAME)
    return session.scalars(later.where(TicketChange.issue == holder.issue + 1)).one()
