"""Reissuing: new codes for tickets of an order, and a new link, because somebody else may have the former ones."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.orders import changes
from ticketing.orders.changes import Act
from ticketing.orders.fulfil import write
from ticketing.orders.holders import REISSUE, transfer_in_force
from ticketing.orders.models import Order, TicketChange
from ticketing.orders.reading import get
from ticketing.tickets.issue import VALID, of_order
from ticketing.tickets.models import Ticket

REISSUED_LETTER = "order.reissued"


def reissue(session: Session, order: Order, issues: Mapping[int, int], act: Act) -> None:
    """Give these tickets new codes; `issues` says, by number, which issue of each was meant, so that the same form sent
    again changes nothing. Holders get a letter each. Where one of them is with the buyer, the order's link ends too,
    and the buyer gets one letter with the new codes and the new link.

    Raises Refused("nothing_chosen", 400), Refused("ticket_not_valid").
    """
    if not issues:
        raise Refused("nothing_chosen", 400)
    changes.lock(session, order)
    of_buyer = False
    for number, issue in sorted(issues.items()):
        ticket = changes.ticket_now(session, order, number)
        if _done(session, ticket, issue):
            continue
        if ticket.issue != issue:
            raise Refused("ticket_not_valid")
        of_buyer = transfer_in_force(session, ticket) is None or of_buyer
        changes.reissue(session, order, ticket, act)
    if of_buyer:
        renew_link(session, order, act)


def reissue_all(session: Session, order: Order, act: Act) -> None:
    """The same for all valid tickets that are with the buyer; without one, only the link."""
    mine = [one for one in of_order(session, order.code) if one.state == VALID and not transfer_in_force(session, one)]
    for ticket in mine:
        changes.reissue(session, order, ticket, act)
    renew_link(session, order, act)


def renew_link(session: Session, order: Order, act: Act) -> None:
    """End the order's link, and write to the buyer with the next one."""
    later = update(Order).where(Order.id == order.id).values(link_issue=Order.link_issue + 1)
    changed(session, later)
    write(session, get(session, order.id), REISSUED_LETTER, act.at, new_id())
    audit.record(session, act.at, act.by, "order.link", f"order:{order.id}")


def _done(session: Session, ticket: Ticket, issue: int) -> bool:
    """Whether this issue of the ticket was reissued before."""
    made = select(TicketChange.id).where(TicketChange.ticket_id == ticket.id, TicketChange.kind == REISSUE)
    return session.scalar(made.where(TicketChange.issue == issue + 1)) is not None
