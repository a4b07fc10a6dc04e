"""Changing a ticket: the name on it, and who has it. Each change is one transaction with its letters.

A ticket has one code at any moment: passing it on makes the next one and ends the former. Whoever has been passed a
ticket is safe with it: its buyer can take it back only where the letter that told of it could not be delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.events.catalog import Catalog
from ticketing.mail import outbox
from ticketing.orders import holders
from ticketing.orders.buyer import LONGEST_NAME
from ticketing.orders.fulfil import To, write
from ticketing.orders.holders import BUYER, HOLDER, NAME, REISSUE, RETURN, TRANSFER
from ticketing.orders.models import Order, TicketChange
from ticketing.orders.search_key import renew
from ticketing.tickets import issue
from ticketing.tickets.models import Ticket

RENAMED_LETTER = "ticket.renamed"
PASSED_ON_LETTER = "ticket.passed_on"
RECEIVED_LETTER = "ticket.received"
RETURNED_LETTER = "ticket.returned"
TAKEN_LETTER = "ticket.taken"
REISSUED_LETTER = "ticket.reissued"


@dataclass(frozen=True)
class Person:
    """Who a ticket is passed on to, checked."""

    name: str
    email: str
    language: str


@dataclass(frozen=True)
class Act:
    """Who changes something, and when: `buyer`, `holder` or `person:<id>`."""

    by: str
    at: datetime


def changes_until(catalog: Catalog) -> datetime:
    """Until when tickets may be changed: what the event's rules say, else until it starts."""
    until = catalog.policy.get("change_until")
    if not until:
        return catalog.starts_at
    return until if isinstance(until, datetime) else datetime.fromisoformat(str(until))


def check_open(catalog: Catalog, now: datetime) -> None:
    """Raises Refused("event_canceled") or, after the last moment for changes, Refused("change_closed")."""
    if catalog.canceled_at is not None:
        raise Refused("event_canceled")
    if now > changes_until(catalog):
        raise Refused("change_closed")


def read_name(text: str) -> str:
    """A name with single spaces; raises Refused("attendee_missing", 400) or Refused("name_too_long", 400)."""
    name = " ".join(text.split())
    if not name:
        raise Refused("attendee_missing", 400)
    if len(name) > LONGEST_NAME:
        raise Refused("name_too_long", 400)
    return name


def lock(session: Session, order: Order) -> None:
    """Whoever changes what an order's tickets are or who has them does so one after the other."""
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update())


def ticket_now(session: Session, order: Order, number: int) -> Ticket:
    """The ticket with this number as it is now; raises Refused("not_found", 404)."""
    one = select(Ticket).where(Ticket.order_code == order.code, Ticket.number == number)
    found = session.scalars(one.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise Refused("not_found", 404)
    return found


@dataclass(frozen=True)
class Name:
    """A name for a ticket, checked; `kana` is how it is read in hiragana, None where nobody was asked."""

    name: str
    kana: str | None = None


def rename(session: Session, order: Order, ticket: Ticket, new: Name, act: Act, *, tell_buyer: bool = True) -> None:
    """Put another name on a ticket, which keeps its code, and write to whoever has it. Another reading alone is no
    news to them, since it stands on no ticket. The same again is no change; a new name without a reading has none.
    Without `tell_buyer`, a buyer who has the ticket is told by whoever calls.

    Raises Refused("ticket_not_valid").
    """
    before, same = ticket.attendee, ticket.attendee == new.name
    kana = new.kana if new.kana is not None else ticket.kana if same else ""
    if same and kana == ticket.kana and ticket.state == issue.VALID:
        return
    if not issue.rename(session, ticket, new.name, kana, act.at):
        raise Refused("ticket_not_valid")
    if same:
        renew(session, order.id)
        audit.record(session, act.at, act.by, "ticket.reading", f"order:{order.id}", number=ticket.number)
        return
    holder = holders.transfer_in_force(session, ticket)
    change = _note(session, ticket, act, order_id=order.id, kind=NAME, name_before=before, name=new.name)
    if holder or tell_buyer:
        write(session, order, RENAMED_LETTER, act.at, change.id, _to(holder), change=change.id)


def transfer(session: Session, order: Order, ticket: Ticket, to: Person, act: Act) -> TicketChange:
    """Give a ticket to somebody: the former code ends, the new one goes to them with a link of their own, and whoever
    had it is told. Raises Refused("ticket_not_valid") where it is not valid, or somebody else was faster."""
    giver = holders.transfer_in_force(session, ticket)
    change = _reissue(session, order, ticket, TRANSFER, to, act)
    write(session, order, RECEIVED_LETTER, act.at, change.id, To(to.email, to.language), change=change.id)
    write(session, order, PASSED_ON_LETTER, act.at, change.id, _to(giver), change=change.id)
    return change


def reissue(session: Session, order: Order, ticket: Ticket, act: Act) -> TicketChange:
    """Give a ticket its next code, for whoever has it; a holder gets a letter with it, and with a new link. A buyer is
    told by whoever calls. Raises Refused("ticket_not_valid")."""
    holder = holders.transfer_in_force(session, ticket)
    to = Person(ticket.attendee, holder.email if holder else "", holder.language if holder else "")
    change = _reissue(session, order, ticket, REISSUE, to, act)
    if holder:
        write(session, order, REISSUED_LETTER, act.at, change.id, _to(change), change=change.id)
    return change


def already(session: Session, ticket: Ticket, expected_issue: int, to: Person) -> bool:
    """Whether this very transfer was made before: its answer was lost, and it is sent again."""
    made = holders.transfer_of(session, ticket, expected_issue + 1)
    return made is not None and (made.name, made.email) == (to.name, to.email)


def give_back(session: Session, order: Order, ticket: Ticket, act: Act) -> None:
    """Give a ticket back to its buyer, with a new code and the buyer's name on it, and tell the buyer; where its
    holder did not do so, the holder is told too. Raises Refused("ticket_not_valid")."""
    holder = holders.transfer_in_force(session, ticket)
    if holder is None:
        return
    change = _reissue(session, order, ticket, RETURN, Person(order.buyer_name, "", order.language), act)
    write(session, order, RETURNED_LETTER, act.at, change.id, change=change.id)
    if act.by != HOLDER:
        write(session, order, TAKEN_LETTER, act.at, change.id, _to(holder), change=holder.id)


def take_back(session: Session, order: Order, ticket: Ticket, act: Act) -> None:
    """The buyer takes back what never arrived; a ticket that is with the buyer is left alone.

    Raises Refused("ticket_delivered") where it has arrived, or may have.
    """
    holder = holders.transfer_in_force(session, ticket)
    if holder is not None and not may_take_back(session, holder):
        raise Refused("ticket_delivered")
    give_back(session, order, ticket, act)


def may_take_back(session: Session, holder: TicketChange) -> bool:
    """Whether the buyer may take back what they passed on: it never arrived, and went no further."""
    fact = f"{RECEIVED_LETTER}:"
    letters = outbox.states_of(session, holder.order_id, holder.email)
    return holder.by == BUYER and any(
        state == outbox.FAILED and one.startswith(fact) and one.endswith(holder.id) for one, state in letters.items()
    )


def of_order(session: Session, order_id: str) -> list[TicketChange]:
    """Everything that was changed about an order's tickets, the first thing first."""
    rows = select(TicketChange).where(TicketChange.order_id == order_id)
    return list(session.scalars(rows.order_by(TicketChange.at, TicketChange.issue, TicketChange.id)))


def _reissue(session: Session, order: Order, ticket: Ticket, kind: str, to: Person, act: Act) -> TicketChange:
    before = ticket.attendee
    if not issue.reissue(session, ticket, to.name, act.at, ticket.kana if kind == REISSUE else ""):
        raise Refused("ticket_not_valid")
    ticket = ticket_now(session, order, ticket.number)
    who = {"name": to.name, "email": to.email, "language": to.language}
    return _note(session, ticket, act, order_id=order.id, kind=kind, name_before=before, **who)


def _note(session: Session, ticket: Ticket, act: Act, **values: str) -> TicketChange:
    """Keep what was done, with its names; the audit log gets it without them."""
    facts = {"email": "", "language": "", **values}
    change = TicketChange(id=new_id(), ticket_id=ticket.id, number=ticket.number, issue=ticket.issue, **facts)
    change.by, change.at = act.by, act.at
    session.add(change)
    session.flush()
    renew(session, change.order_id)
    subject = f"order:{change.order_id}"
    audit.record(session, act.at, act.by, f"ticket.{change.kind}", subject, number=ticket.number, change=change.id)
    return change


def _to(holder: TicketChange | None) -> To | None:
    return To(holder.email, holder.language) if holder else None
