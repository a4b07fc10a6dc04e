"""What is known of the person of one e-mail address, whatever the case of its letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ticketing.core.errors import Refused
from ticketing.mail import outbox
from ticketing.mail.models import Letter
from ticketing.orders.models import AddressChange, Order, TicketChange
from ticketing.orders.states import AWAITING, PENDING
from ticketing.payments.models import Refund
from ticketing.reports.to_act import failed_refunds, open_disputes, payments_for_nothing
from ticketing.staff.models import Invitation, Person
from ticketing.tickets.models import Ticket
from ticketing.waiting.models import WaitingEntry

MOVING = ("requested", "pending", "requires_action")


@dataclass(frozen=True)
class Known:
    """The rows of one person: their `orders`, the changes by which tickets became theirs (`passed`), wishes for another
    address, entries of the waiting list, letters, invitations, and the account of somebody who works here."""

    email: str
    orders: Sequence[Order]
    passed: Sequence[TicketChange]
    addresses: Sequence[AddressChange]
    waiting: Sequence[WaitingEntry]
    letters: Sequence[Letter]
    invitations: Sequence[Invitation]
    person: Person | None

    @property
    def anything(self) -> bool:
        """Whether there is anything at all."""
        rows = (self.orders, self.passed, self.addresses, self.waiting, self.letters, self.invitations)
        return any(rows) or self.person is not None


def find(session: Session, email: str) -> Known:
    """All that is known of this address."""
    email = email.strip().lower()
    mine = select(Order).where(is_(Order.buyer_email, email)).order_by(Order.created_at)
    address = or_(is_(AddressChange.address, email), is_(AddressChange.address_before, email))
    return Known(
        email=email,
        orders=list(session.scalars(mine)),
        passed=list(session.scalars(select(TicketChange).where(is_(TicketChange.email, email)))),
        addresses=list(session.scalars(select(AddressChange).where(address))),
        waiting=list(session.scalars(select(WaitingEntry).where(is_(WaitingEntry.email, email)))),
        letters=list(session.scalars(select(Letter).where(is_(Letter.to_address, email)).order_by(Letter.queued_at))),
        invitations=list(session.scalars(select(Invitation).where(is_(Invitation.email, email)))),
        person=session.scalars(select(Person).where(Person.email == email)).one_or_none(),
    )


def of_somebody(session: Session, email: str) -> Known:
    """The same; raises Refused("privacy_unknown", 404) where nothing is known."""
    known = find(session, email)
    if not known.anything:
        raise Refused("privacy_unknown", 404)
    return known


def is_(column: InstrumentedAttribute[str], email: str) -> ColumnElement[bool]:
    """Whether this column holds the address, which is in lower case."""
    return func.lower(column) == email


def tickets(session: Session, known: Known, state: str) -> list[Ticket]:
    """Their tickets in this state: those of their orders, and those that are with them now."""
    codes = [order.code for order in known.orders]
    bought = session.scalars(select(Ticket).where(Ticket.order_code.in_(codes), Ticket.state == state))
    passed = {change.ticket_id: change.issue for change in known.passed}
    held = session.scalars(select(Ticket).where(Ticket.id.in_(passed), Ticket.state == state))
    found = [*bought, *(ticket for ticket in held if passed[ticket.id] == ticket.issue)]
    return list({ticket.id: ticket for ticket in found}.values())


def unfinished(session: Session, orders: Collection[Order]) -> list[str]:
    """The codes of those orders that are still being paid, whose money is on its way back or owed, or about whose
    payment a bank asks: their names are still needed."""
    ids = [order.id for order in orders]
    moving = session.scalars(select(Refund.order_id).where(Refund.order_id.in_(ids), Refund.state.in_(MOVING)))
    busy = set(moving)
    codes = {one.order_code for one in failed_refunds(session)} | {one.order_code for one in open_disputes(session)}
    codes |= {code for code, _ in payments_for_nothing(session)}
    return [
        order.code for order in orders if order.state in (PENDING, AWAITING) or order.id in busy or order.code in codes
    ]


def somebodys() -> ColumnElement[bool]:
    """Whether the address of a letter still stands somewhere."""
    of_orders = (Order.buyer_email, TicketChange.email, AddressChange.address, AddressChange.address_before)
    columns = (*of_orders, WaitingEntry.email, Invitation.email, Person.email)
    return or_(*(outbox.address().in_(select(func.lower(column))) for column in columns))
