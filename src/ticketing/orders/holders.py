"""Who has a ticket: its buyer, or the person that it was passed on to, whose own link opens only this ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core.ids import derive_secret, same
from ticketing.core.keys import keys
from ticketing.orders.models import TicketChange
from ticketing.tickets.models import Ticket

BUYER, HOLDER, ORGANIZER = "buyer", "holder", "organizer"
NAME, TRANSFER, RETURN, REISSUE = "name", "transfer", "return", "reissue"
NOBODY = "-"
"""In the place of a holder's address that was erased: somebody has the ticket, and nobody can be written to."""
TO_A_HOLDER = (TicketChange.kind.in_((TRANSFER, REISSUE)), TicketChange.email != "")
"""What makes an issue of a ticket that somebody else than its buyer has."""


@dataclass(frozen=True)
class Away:
    """A ticket that its buyer passed on. `named` is the person as the buyer named them: who has it now is not told to
    the buyer, because it may have been passed on again. `change` is the transfer in force."""

    number: int
    named: str
    change: TicketChange


def secret_of_ticket(ticket_id: str, issue: int) -> str:
    """The secret in the link of whoever has this issue of a ticket; it opens nothing once there is a later issue."""
    return derive_secret(keys().ticket_link, ticket_id, str(issue))


def path_of_ticket(order_code: str, number: int, ticket_id: str, issue: int) -> str:
    """The path of the page of whoever has this issue of a ticket."""
    return f"/t/{order_code}/{number}/{secret_of_ticket(ticket_id, issue)}"


def issue_opened(ticket: Ticket, secret: str) -> int | None:
    """The issue of this ticket that a secret belongs to, former ones too; None where it belongs to none."""
    for issue in range(ticket.issue, 1, -1):
        if same(secret_of_ticket(ticket.id, issue), secret):
            return issue
    return None


def away(session: Session, order_id: str) -> Mapping[int, Away]:
    """The tickets of an order that are not with their buyer, by number."""
    rows = select(TicketChange, Ticket.issue).join(Ticket, Ticket.id == TicketChange.ticket_id)
    rows = rows.where(TicketChange.order_id == order_id, TicketChange.kind != NAME)
    found: dict[int, Away] = {}
    named: dict[int, str] = {}
    for change, issue in session.execute(rows.order_by(TicketChange.issue)):
        if change.by == BUYER:
            named[change.number] = change.name
        if change.kind in (TRANSFER, REISSUE) and change.email and change.issue == issue:
            found[change.number] = Away(change.number, named.get(change.number, ""), change)
    return found


def transfer_in_force(session: Session, ticket: Ticket) -> TicketChange | None:
    """The change by which somebody has this ticket now; None where its buyer has it."""
    return transfer_of(session, ticket, ticket.issue)


def transfer_of(session: Session, ticket: Ticket, issue: int) -> TicketChange | None:
    """The change that made this issue of the ticket for somebody else than its buyer."""
    made = select(TicketChange).where(TicketChange.ticket_id == ticket.id, TicketChange.issue == issue)
    return session.scalars(made.where(*TO_A_HOLDER)).one_or_none()
